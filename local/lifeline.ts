// Preloaded into helper programs (child-program.ts): ends them when the process that started them is gone, however it ended.
process.on('disconnect', () => process.exit(0));
// The channel alone must not keep a program alive that has ended its work.
process.channel?.unref();
