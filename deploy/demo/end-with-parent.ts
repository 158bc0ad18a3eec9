// Loaded before a process of the box: when the demonstration is killed, and cannot stop the process
// in its turn, it stops by itself as if it had been told to.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
// The channel alone must not keep a process alive that has nothing left to do.
process.channel?.unref();
