import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { lambdaContext } from '../lambdas/runtime/lambda-events.ts';

/** Run by a test as a program of its own: loads a bundle, gives it one event, and prints the answer as last line. */
const [bundle = '', event = '', remainingMs = ''] = process.argv.slice(2);
const { handler }: { handler: (event: unknown, context: Context) => Promise<unknown> } = await import(
  pathToFileURL(bundle).href
);
const answer = await handler(JSON.parse(event), lambdaContext(Number(remainingMs)));
console.log(JSON.stringify(answer));
