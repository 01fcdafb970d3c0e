import { describe, expect, it } from 'vitest';
import { contextOf, other } from './subjects.ts';

const application = (after: Record<string, unknown>) =>
  contextOf(
    other('service-principal', { change: 'created', id: 'one', name: String(after['displayName']), before: null, after, changed: [] }),
  );
const verifiedAs = (displayName: string | null) => ({ verifiedPublisher: { displayName } });

describe('a brand’s name', () => {
  it.each([
    ['its own publisher', { ...verifiedAs('Microsoft Corporation'), replyUrls: ['https://login.microsoftonline.com/x'] }, false],
    ['its own address, nobody verified', { ...verifiedAs(null), replyUrls: ['https://outlook.office.com/x'] }, false],
    ['another publisher', { ...verifiedAs('Acquirell Ltd'), replyUrls: ['https://login.microsoftonline.com/x'] }, true],
    ['another address, nobody verified', { replyUrls: ['https://outlook.example/oauth'] }, true],
    [
      'a server that anybody rents from its owner, nobody verified',
      { ...verifiedAs(null), replyUrls: ['https://meet.azurewebsites.net/x'] },
      true,
    ],
    ['an address that only begins like it', { replyUrls: ['https://office.com.meet.example/'] }, true],
    ['neither told', { replyUrls: [] }, undefined],
    ['only the own computer', { replyUrls: ['http://localhost:8080/'] }, undefined],
  ])('with %s: foreign is %s', (_what, after, expected) => {
    expect(application({ displayName: 'Outlook Meetings', ...after })['context.app.foreignBrand']).toBe(expected);
  });
  it.each([
    ['Adobe Drive', 'Adobe Inc.', false],
    ['Adobe Acrobat', 'Adobe', false],
    ['Adobe Drive X', 'Adobe Fans Ltd', true],
    ['Adobe Drive X', 'Adobe Inc. Partners', true],
    ['DocuSign', 'DocuSign, Inc.', false],
    ['Docusign eSignature', 'Docu Sign Services GmbH', true],
    ['Zoom', 'Zoom Video Communications, Inc.', false],
    ['Zoom Meetings', 'Zoom Communications, Inc', false],
    ['Slack', 'Slack Technologies, LLC', false],
    ['Slack', 'Salesforce, Inc.', false],
    ['Salesforce', 'salesforce.com, inc.', false],
    ['LinkedIn', 'LinkedIn Ireland Unlimited Company', false],
    ['LinkedIn Learning', 'Microsoft Corporation', false],
    ['Outlook', 'Microsoft Corporation', false],
    ['Outlook', 'Microsoft Partner Services', true],
    ['Webex', 'Cisco Systems, Inc.', false],
    ['WeTransfer', 'WeTransfer B.V.', false],
    ['Google Workspace', 'Google LLC', false],
    ['RingCentral', 'Somebody Else', true],
    ['Dropbox', 'Dropbox, Inc.', false],
    ['Jira', 'Atlassian Pty Ltd', false],
  ])('%s verified as %s is foreign: %s', (displayName, publisher, expected) => {
    expect(application({ displayName, ...verifiedAs(publisher) })['context.app.foreignBrand']).toBe(expected);
  });
  it('answers at its owner’s own servers, rented or not, where its owner is verified', () => {
    const answers = (host: string) =>
      application({ displayName: 'Outlook', ...verifiedAs('Microsoft Corporation'), replyUrls: [`https://${host}/x`] })[
        'context.app.answersElsewhere'
      ];
    expect(answers('outlook.office.com')).toBe(false);
    expect(answers('planner.azurewebsites.net')).toBe(false);
    expect(answers('www.linkedin.com')).toBe(false);
    expect(answers('login.example.net')).toBe(true);
  });
  it('is not borne by other names', () => {
    expect(application({ displayName: 'Timesheets', replyUrls: ['https://timesheets.example'] })['context.app.foreignBrand']).toBe(false);
  });
  it('is listed, by right or not, and in other letters too', () => {
    expect(application({ displayName: 'Z\u043e\u043em' })['context.app.brand']).toEqual(['Zoom']);
    expect(application({ displayName: 'Timesheets' })['context.app.brand']).toEqual([]);
  });
});

describe('a verified publisher and the addresses', () => {
  it.each([
    ['share a word', 'Example Software Ltd', ['https://login.example.test/cb'], false],
    ['share the application’s name', 'Somebody Else', ['https://timesheets.test/cb'], false],
    ['share nothing', 'Acquirell Consulting', ['https://login-portal.test/cb'], true],
    ['are unknown: nobody is verified', null, ['https://login-portal.test/cb'], undefined],
    ['are unknown: no address', 'Acquirell Consulting', [], undefined],
  ])('%s', (_what, publisher, replyUrls, expected) => {
    const context = application({ displayName: 'Timesheets', ...verifiedAs(publisher), replyUrls });
    expect(context['context.app.answersElsewhere']).toBe(expected);
  });
});

describe('an application’s age', () => {
  it('is counted from its creation in the tenant, and unknown where the record does not tell', () => {
    expect(application({ displayName: 'x', createdDateTime: '2026-03-18T08:00:00Z' })['context.app.age']).toBe(2);
    expect(application({ displayName: 'x', createdDateTime: '2026-04-18T08:00:00Z' })['context.app.age']).toBeUndefined();
    expect(application({ displayName: 'x', createdDateTime: 'yesterday' })['context.app.age']).toBeUndefined();
    expect(application({ displayName: 'x' })['context.app.age']).toBeUndefined();
  });
});
