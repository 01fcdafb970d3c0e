// Fills this folder with what is deployed. azd runs it as the folder's build script whenever it packages the app; it works with any Node that npm works with.
import { execSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '..', '..');

// The root's build installs what it needs from the lock file and runs under the project's own Node. A shell finds npm on Windows too; nothing in the line is variable.
execSync('npm run build', { cwd: root, stdio: 'inherit' });
rmSync(join(here, 'dist'), { recursive: true, force: true });
// Source maps of the browser code are of no use on the server; the server's own make stack traces readable.
cpSync(join(root, 'dist'), join(here, 'dist'), { recursive: true, filter: (path) => !/[\\/]console[\\/].*\.map$/.test(path) });
cpSync(join(root, 'host.json'), join(here, 'host.json'));
