// For the health check of a container: ends with 0 where a process of the cloud says that it is ready.
const port = Number(process.argv[2]);
const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null);
process.exitCode = answer?.ok ? 0 : 1;
