import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { lambdaContext } from '../lambdas/runtime/lambda-events.ts';

/**
 * Run by a test as a program of its own: gives a handler one event after the other, and prints what Lambda would log of
 * an error that comes out of it: all that it and its causes hold.
 */
const [handlerFile = '', eventsFile = ''] = process.argv.slice(2);
const { handler } = await import(handlerFile);
for (const event of JSON.parse(readFileSync(eventsFile, 'utf8'))) {
  try {
    console.log('answer', JSON.stringify(await handler(event, lambdaContext(600_000))));
  } catch (error) {
    console.error('thrown', inspect(error, { depth: 20 }));
  }
}
