import { createServer } from 'node:http';

/** A program of its own: answers BatchExecuteStatement on loopback as a table does in which every id is free. */
const STATEMENT = Buffer.from('"Statement"');

function countStatements(body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(STATEMENT); at >= 0; at = body.indexOf(STATEMENT, at + 1)) count += 1;
  return count;
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const statements = countStatements(Buffer.concat(chunks));
    const answer = JSON.stringify({ Responses: new Array(statements).fill({ TableName: 'claims' }) });
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(answer),
    });
    response.end(answer);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? (address?.port ?? '') : ''}\n`);
});
// Whoever started it ends it by closing its input.
process.stdin.on('end', () => process.exit(0)).resume();
