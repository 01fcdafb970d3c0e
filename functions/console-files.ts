// HTTP GET console/…: the page's files. They hold no data; what they show is asked for with a token.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HttpFunctionOptions } from '@azure/functions';
import type { Config } from '../src/config.ts';
import type { ConsoleConfig } from '../src/contracts/console.ts';
import { consoleScope } from '../src/tenants/authenticate.ts';

const files: Readonly<Record<string, string>> = {
  'main.js': 'text/javascript; charset=utf-8',
  'main.css': 'text/css; charset=utf-8',
};

/** No script but our own, no frame, no foreign connection but the sign-in service's. */
function pageHeaders(authority: string): Record<string, string> {
  const signIn = new URL(authority).origin;
  return {
    'content-security-policy': `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self' ${signIn}; base-uri 'self'; form-action 'self' ${signIn}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}

export const consoleFiles = (config: Config, folder: string): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'console/{*path}',
  handler: async (request) => {
    const path = request.params['path'] ?? '';
    const headers = pageHeaders(config.console.authority);
    if (path === 'config.json') {
      const body: ConsoleConfig = {
        authority: config.console.authority,
        clientId: config.apps.console,
        scope: `api://${config.apps.console}/${consoleScope}`,
        local: config.local !== undefined,
      };
      return { headers, jsonBody: body };
    }
    const file = path === '' ? 'index.html' : Object.hasOwn(files, path) ? path : undefined;
    if (file === undefined) return { status: 404 };
    return { headers: { ...headers, 'content-type': files[file] ?? 'text/html; charset=utf-8' }, body: await readFile(join(folder, file)) };
  },
});
