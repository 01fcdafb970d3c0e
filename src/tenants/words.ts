// Small turns of phrase that the sentences on coverage share. Pure; used by the files beside it and by those who quote an outcome.

/** @example utc(Date.UTC(2026, 2, 2, 2, 40)) === '2026-03-02 02:40 UTC' */
export const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** In mid-sentence; names such as Entra ID stay as they are. */
export const lowerFirst = (title: string): string => `${title.charAt(0).toLowerCase()}${title.slice(1)}`;

/** What a service said, as a part of our sentence: that brings its own full stop. */
export const inSentence = (text: string): string => text.trimEnd().replace(/[.;:,]+$/, '');

/**
 * A service's answer without the request that it was given to, in mid-sentence: what fails at many paths for one reason is one cause.
 * @example answerAlone('GET /users: The service is temporarily unavailable.') === 'The service is temporarily unavailable'
 */
export const answerAlone = (cause: string): string =>
  inSentence(cause.replace(/^(?:(?:GET|POST|PUT|PATCH|DELETE) \S+|[A-Z][a-z]+-[A-Z]\w+|listing [\w.]+|reading content): /, ''));
