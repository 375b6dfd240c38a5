/** A program of its own: loads a bundle and prints what that took, by the wall and of the processor, in milliseconds. */
const before = process.cpuUsage();
const started = performance.now();
const { handler } = await import(process.argv[2] ?? '');
const wallMs = performance.now() - started;
const { user, system } = process.cpuUsage(before);
if (typeof handler !== 'function') throw new Error('the bundle exports no handler');
console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
