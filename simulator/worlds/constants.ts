// The names that both sides must know: tenants, applications, identities and objects of the simulated cloud. Read by the simulator, local/ and tests.

/** The guard's home: Entra ID P2 and Microsoft Defender, the responder group and the console's people live here. */
export const contoso = {
  id: '6f1d2c8e-3b47-4a59-9c10-5d2e8f7a1b01',
  name: 'Contoso',
  domain: 'contoso.example',
  licensed: true,
  protected: true,
} as const;
/** No Entra ID P1: the sign-in API refuses, directory audits are readable. */
export const fabrikam = {
  id: '8a7b3e52-91c4-4d0f-b6a8-2c4f9e1d7f02',
  name: 'Fabrikam',
  domain: 'fabrikam.example',
  licensed: false,
  protected: false,
} as const;
export const tenants = [contoso, fabrikam] as const;

/** Client ids of the guard's three app registrations (TG_READER_APP, TG_RESPONDER_APP, TG_CONSOLE_APP). */
export const apps = {
  reader: '1c0e5a7d-2f84-4b6e-8d31-7a9c4e2b0a11',
  responder: '2d1f6b8e-3a95-4c7f-9e42-8bad5f3c1b22',
  console: '3e2a7c9f-4ba6-4d80-af53-9cbe6a4d2c33',
} as const;

/** The guard's user-assigned managed identity (AZURE_CLIENT_ID) and its object id in the home tenant, which the federated credentials trust. */
export const identity = {
  clientId: '4f3b8dae-5cb7-4e91-b064-adcf7b5e3d44',
  principalId: '5a4c9ebf-6dc8-4fa2-8175-bed08c6f4e55',
  audience: 'api://AzureADTokenExchange',
} as const;

/** Contoso's group of people who may press (TG_RESPONDER_GROUP) and its two members. */
export const responderGroup = '7b6e0ad1-8fea-41c4-a397-d0f2ae816a77';
export const responders = {
  first: { id: 'a1000000-0000-4000-8000-000000000001', upn: 'ingrid.solberg@contoso.example' },
  second: { id: 'a1000000-0000-4000-8000-000000000002', upn: 'tomas.novak@contoso.example' },
} as const;

/** Break-glass accounts, one a tenant. */
export const breakGlass = {
  contoso: 'b1000000-0000-4000-8000-000000000001',
  fabrikam: 'b2000000-0000-4000-8000-000000000001',
} as const;
/** TG_PROTECTED_OBJECTS. */
export const protectedObjects: readonly string[] = [breakGlass.contoso, breakGlass.fabrikam];

/** People whom attacks choose unless told otherwise: a finance director, a mail administrator and a Global Administrator in each tenant. */
export const victims = {
  contoso: {
    finance: { id: 'c1000000-0000-4000-8000-000000000001', upn: 'marta.ferrer@contoso.example' },
    mailAdmin: { id: 'c1000000-0000-4000-8000-000000000002', upn: 'jonas.weber@contoso.example' },
    globalAdmin: responders.first,
  },
  fabrikam: {
    finance: { id: 'c2000000-0000-4000-8000-000000000001', upn: 'claire.fontaine@fabrikam.example' },
    mailAdmin: { id: 'c2000000-0000-4000-8000-000000000002', upn: 'diego.paredes@fabrikam.example' },
    globalAdmin: { id: 'c2000000-0000-4000-8000-000000000003', upn: 'marcus.delaney@fabrikam.example' },
  },
} as const;

/** Path and query of the Teams Workflows webhook; add the simulator's https address in front (TG_WEBHOOK_URL). */
export const webhookPath =
  '/workflows/9d8c7b6a5f4e3d2c1b0a/triggers/manual/paths/invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=simulated-signature';

/** The Management Activity API's path on the https port: it has no host of its own here, so its address and the audience of its tokens is this path (TG_ACTIVITY_HOST). */
export const activityPath = '/manage';

/** The managed-identity endpoint's path on the http port (IDENTITY_ENDPOINT) and the header it wants (IDENTITY_HEADER). */
export const identityPath = '/msi/token';
export const identityHeader = 'simulated-identity-header';
