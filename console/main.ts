// The console in the browser: signs the person in, polls the state, draws the page that the address names. Bundled to dist/console/main.js.
import { setTheme } from '@fluentui/web-components';
import '@fluentui/web-components/badge.js';
import '@fluentui/web-components/button.js';
import '@fluentui/web-components/dialog.js';
import '@fluentui/web-components/dialog-body.js';
import '@fluentui/web-components/field.js';
import '@fluentui/web-components/message-bar.js';
import '@fluentui/web-components/textarea.js';
import { webDarkTheme, webLightTheme } from '@fluentui/tokens';
import { render } from 'lit';
import { createApi } from './api.ts';
import { type Page, startApp } from './app.ts';
import './app.css';
import { createSignIn } from './sign-in.ts';

const dark = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = (): void => setTheme(dark.matches ? webDarkTheme : webLightTheme);
applyTheme();
dark.addEventListener('change', applyTheme);

const root = document.getElementById('app');
if (root === null) throw new Error('the page lacks its #app element');
root.replaceChildren();
const draw = (page: Page): void => {
  const held = document.activeElement?.closest<HTMLElement>('[data-hold-focus]');
  render(page, root);
  // A redrawn card takes its focused button with it: whoever uses the keyboard stays at the card.
  if (held?.isConnected === true && (document.activeElement === null || document.activeElement === document.body)) held.focus();
};

async function start(): Promise<void> {
  const signIn = await createSignIn();
  await startApp({ draw, signIn, api: createApi(signIn) });
}

start().catch((error: unknown) => {
  console.error(error);
  root.textContent = `The console could not start: ${error instanceof Error ? error.message : String(error)}. Reload the page to try again.`;
});
