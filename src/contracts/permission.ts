// What a feed or an action needs to be allowed. Docs, grants and the doctor are generated from these declarations.
export interface Permission {
  /** `graph`: an application permission of Microsoft Graph; `exchange`: an app role of Office 365 Exchange Online; `activity`: one of the Office 365 Management APIs; `directory-role`: an Entra role of the app's service principal. */
  readonly kind: 'graph' | 'exchange' | 'activity' | 'directory-role';
  readonly name: string;
  /** App-role id or role template id. */
  readonly id: string;
  /** Which of the two app registrations holds it. */
  readonly holder: 'reader' | 'responder';
}
