import type { ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import type { StoreAnswer } from './routes.ts';

/** The faults of a connection: it hangs, drips, never ends or breaks. */
export function spoil(response: ServerResponse, fault: Fault, right: StoreAnswer): void {
  if (fault.kind === 'hang') return;
  const body = Buffer.from(right.body);
  if (fault.kind === 'reset') {
    response.writeHead(200, { 'content-type': right.contentType, 'content-length': body.length });
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
    return;
  }
  response.writeHead(200, { 'content-type': right.contentType });
  if (fault.kind === 'drip') drip(response, body, fault.intervalMs);
  else flood(response);
}

function drip(response: ServerResponse, body: Buffer, intervalMs: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < body.length) response.write(body.subarray(sent, sent + 1));
    else response.end();
    sent += 1;
  }, intervalMs);
  response.once('close', () => clearInterval(timer));
}

/** An opening bracket and then blanks for ever, as fast as the client takes them. */
function flood(response: ServerResponse): void {
  const blanks = Buffer.alloc(65_536, ' ');
  const more = (): void => {
    while (!response.destroyed && response.write(blanks));
  };
  response.write('[');
  response.on('drain', more);
  more();
}
