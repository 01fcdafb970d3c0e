// Which published packs run, and which are broken: content from outside that fails must not fail silently. Drawn by overview.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState, PackRow } from '../../src/contracts/console.ts';

const named = ({ id, version }: PackRow): string => (version === 0 ? id : `${id}, version ${version}`);

/** Broken packs, said where everything else that needs somebody is said. */
export function packWarnings({ packs }: ConsoleState): TemplateResult[] {
  return packs
    .filter(({ problems }) => problems.length > 0)
    .map(
      (pack) =>
        html`<fluent-message-bar intent="warning" data-test="pack-problem">${named(pack)}: ${pack.problems[0]}${pack.problems.length === 1 ? '' : ` (and ${pack.problems.length - 1} more)`}. Everything else goes on looking.</fluent-message-bar>`,
    );
}

export function packsSection({ packs }: ConsoleState): TemplateResult | typeof nothing {
  const published = packs.filter(({ version }) => version > 0);
  if (published.length === 0) return nothing;
  return html`<section data-test="packs">
    <h2>Published packs</h2>
    <article class="panel wide">
      <table>
        <thead><tr><th>Pack</th><th>Version</th><th>Rules</th><th>Problems</th></tr></thead>
        <tbody>
          ${published.map(
            (pack) => html`<tr>
              <td data-label="Pack">${pack.title === '' ? pack.id : pack.title} <span class="quiet">${pack.id}</span></td>
              <td data-label="Version">${pack.version}</td>
              <td data-label="Rules">${pack.rules}</td>
              <td data-label="Problems">${pack.problems.length === 0 ? 'None' : pack.problems.map((problem) => html`<div class="bad">${problem}</div>`)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </article>
  </section>`;
}
