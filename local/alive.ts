// Whether a process is still there. Used by run-lock.ts and build.ts.

/** One that belongs to somebody else counts as there. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}
