// Which foreign indicator feeds are read, how old each copy is, and what was refused. Drawn by overview.ts.
import { html, nothing, type TemplateResult } from 'lit';
import type { ConsoleState } from '../../src/contracts/console.ts';

export function indicatorFeedsSection({ indicatorFeeds }: ConsoleState): TemplateResult | typeof nothing {
  if (indicatorFeeds.length === 0) return nothing;
  return html`<section data-test="indicator-feeds">
    <h2>Indicator feeds</h2>
    ${indicatorFeeds.map(
      ({ sentence, failing, refused }) => html`<article class="panel wide">
        <p class=${failing ? 'bad' : ''}>${sentence}</p>
        ${
          refused.length === 0
            ? nothing
            : html`<details>
                <summary>What is refused, and why</summary>
                <ul>
                  ${refused.map(
                    ({ reason, count, examples }) =>
                      html`<li>${count}: ${reason} <span class="quiet">${examples.filter((example) => example !== '').join(' · ')}</span></li>`,
                  )}
                </ul>
              </details>`
        }
      </article>`,
    )}
  </section>`;
}
