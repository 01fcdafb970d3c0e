// The people of the two simulated tenants, as data: none of them exists. Read by worlds/directory.ts and worlds/ordinary.ts.
import type { PlaceName } from './catalogue.ts';
import { breakGlass, contoso, fabrikam, responders, victims } from './constants.ts';
import { guid } from './random.ts';
import { directoryRoles, type RoleName } from './roles.ts';

export interface Person {
  readonly id: string;
  readonly given: string;
  readonly surname: string;
  readonly upn: string;
  readonly title: string;
  readonly department: string;
  readonly place: PlaceName;
  readonly language: string;
  /** Keys of catalogue browsers: at the desk, on the phone. */
  readonly desk: 'edgeWindows' | 'chromeWindows' | 'chromeMac' | 'chromeLinux';
  readonly phone: 'safariPhone' | 'chromeAndroid';
  readonly roles: readonly RoleName[];
  readonly guest: boolean;
  readonly synchronised: boolean;
  /** Works through a VPN whose exit is in another country. */
  readonly vpn: boolean;
  /** Signs in every day; break-glass and service accounts do not. */
  readonly human: boolean;
}

/** given | surname | title | department | place | language | marks (roles and flags, separated by blanks). */
const contosoRows = `
Ingrid|Solberg|IT Security Manager|IT|oslo|nb-NO|globalAdministrator
Tomas|Novak|Systems Administrator|IT|prague|cs-CZ|securityAdministrator
Marta|Ferrer|Directora Financiera|Finanzas|barcelona|es-ES|
Jonas|Weber|Exchange-Administrator|IT|berlin|de-DE|exchangeAdministrator chromeWindows
Emergency|Access|Break-glass account|IT|oslo|en-US|globalAdministrator service
Harriet|Okafor|Chief Executive Officer|Executive|london|en-GB|chromeMac
Laurent|Dubois|Directeur général adjoint|Direction|paris|fr-FR|
Sabine|Krüger|Geschäftsführerin|Geschäftsleitung|berlin|de-DE|
Kenji|Tanabe|営業部長|Sales|tokyo|ja-JP|
Giulia|Rinaldi|Responsabile Vendite|Sales|milan|it-IT|
Pieter|de Graaf|Financieel Directeur|Finance|amsterdam|nl-NL|vpn
Beatriz|Almeida|Diretora Comercial|Sales|lisbon|pt-PT|
Oliver|Hartley|Chief Financial Officer|Finance|london|en-GB|vpn
Nadia|Haddad|Contrôleuse de gestion|Finance|paris|fr-FR|
Erik|Lindqvist|Accounts Payable Clerk|Finance|oslo|sv-SE|
Zofia|Wójcik|Accountant|Finance|warsaw|pl-PL|synchronised
Rashid|Karim|Sales Manager|Sales|london|en-GB|
Anneliese|Vogt|Vertriebsleiterin|Sales|berlin|de-DE|
Carlos|Ibarra|Representante de Ventas|Sales|barcelona|es-ES|chromeWindows
Emma|Whitfield|Executive Assistant|Executive|london|en-GB|
Yuki|Morita|人事マネージャー|HR|tokyo|ja-JP|
Camille|Perrot|Responsable RH|HR|paris|fr-FR|
Lukas|Brandt|Softwareentwickler|Engineering|berlin|de-DE|chromeLinux
Petra|Svobodová|Software Engineer|Engineering|prague|cs-CZ|chromeLinux
Ravi|Menon|Site Reliability Engineer|Engineering|london|en-GB|chromeMac
Sofia|Costa|Product Manager|Engineering|lisbon|pt-PT|chromeMac
Willem|Bakker|Inkoper|Procurement|amsterdam|nl-NL|
Marco|Bellini|Magazziniere|Logistics|milan|it-IT|
Aoife|Brennan|Marketing Lead|Marketing|london|en-IE|chromeMac
Henrik|Dahl|Salgssjef|Sales|oslo|nb-NO|
Isabel|Navarro|Abogada|Legal|barcelona|es-ES|
Grace|Mbeki|Helpdesk Technician|IT|london|en-GB|authenticationAdministrator
Felix|Oberholzer|Consultant|External|berlin|de-CH|guest
Mireille|Lambert|Auditrice externe|External|paris|fr-FR|guest
Scanner|Third Floor|Scan-to-mail account|IT|berlin|en-US|service
Directory|Synchronisation|On-premises directory synchronisation|IT|oslo|en-US|directorySynchronisation service`;

const fabrikamRows = `
Diego|Paredes|Administrador de Correo|IT|bogota|es-CO|exchangeAdministrator
Claire|Fontaine|Directrice financière|Finance|paris|fr-FR|
Emergency|Access|Break-glass account|IT|boston|en-US|globalAdministrator service
Walter|Brooks|President|Executive|boston|en-US|
Denise|Albright|VP Finance|Finance|boston|en-US|vpn
Samuel|Ortega|Gerente de Ventas|Sales|bogota|es-CO|
Valentina|Rojas|Contadora|Finance|bogota|es-CO|
Marcus|Delaney|IT Manager|IT|boston|en-US|globalAdministrator
Priya|Raman|Systems Engineer|IT|boston|en-US|userAdministrator chromeMac
Antoine|Girard|Directeur des ventes|Sales|paris|fr-FR|
Élodie|Masson|Assistante de direction|Executive|paris|fr-FR|
Kathleen|Moore|Accounts Receivable|Finance|boston|en-US|
Luis|Castaño|Vendedor|Sales|bogota|es-CO|
Andrea|Quintero|Recursos Humanos|HR|bogota|es-CO|
Timothy|Vance|Sales Representative|Sales|boston|en-US|
Olivia|Sutherland|Account Executive|Sales|boston|en-US|chromeMac
Juan Pablo|Herrera|Jefe de Bodega|Logistics|bogota|es-CO|
Renée|Charpentier|Acheteuse|Procurement|paris|fr-FR|
Gordon|Pike|Warehouse Lead|Logistics|boston|en-US|synchronised
Simone|Berger|Marketing Manager|Marketing|paris|fr-FR|chromeMac
Nathan|Cole|Software Developer|Engineering|boston|en-US|chromeLinux
Fatima|Zahra|Data Analyst|Engineering|paris|fr-FR|
Mateo|Salcedo|Desarrollador|Engineering|bogota|es-CO|chromeLinux
Rachel|Emerson|Paralegal|Legal|boston|en-US|
Camila|Duarte|Atención al Cliente|Support|bogota|es-CO|
Bernard|Lefèvre|Chef comptable|Finance|paris|fr-FR|
Joan|Whitaker|Office Manager|Operations|boston|en-US|
Esteban|Molina|Soporte Técnico|IT|bogota|es-CO|
Patrick|Doyle|Plant Manager|Operations|boston|en-US|
Lucía|Benítez|Tesorera|Finance|bogota|es-CO|
Hana|Sato|Contractor|External|tokyo|ja-JP|guest
Printer|Lobby|Scan-to-mail account|IT|boston|en-US|service`;

const known: Readonly<Record<string, string>> = {
  [responders.first.upn]: responders.first.id,
  [responders.second.upn]: responders.second.id,
  ...Object.fromEntries(Object.values(victims).flatMap((tenant) => Object.values(tenant).map((victim) => [victim.upn, victim.id]))),
  'emergency.access@contoso.example': breakGlass.contoso,
  'emergency.access@fabrikam.example': breakGlass.fabrikam,
};

const ascii = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z]+/g, '.')
    .toLowerCase();

function people(rows: string, tenant: { readonly id: string; readonly domain: string }): readonly Person[] {
  return rows
    .trim()
    .split('\n')
    .map((row) => {
      const [given = '', surname = '', title = '', department = '', place = '', language = '', marks = ''] = row.split('|');
      const has = new Set(marks.split(' ').filter((mark) => mark !== ''));
      const local = `${ascii(given)}.${ascii(surname)}`;
      const upn = has.has('guest') ? `${local}_partner.example#EXT#@${tenant.domain}` : `${local}@${tenant.domain}`;
      const desks = ['chromeWindows', 'chromeMac', 'chromeLinux'] as const;
      const roles = [...has].filter((mark): mark is RoleName => Object.hasOwn(directoryRoles, mark));
      return {
        id: known[upn] ?? guid(tenant.id, 'user', upn),
        given,
        surname,
        upn,
        title,
        department,
        place: place as PlaceName,
        language,
        desk: desks.find((desk) => has.has(desk)) ?? 'edgeWindows',
        phone: upn.length % 3 === 0 ? 'safariPhone' : 'chromeAndroid',
        roles,
        guest: has.has('guest'),
        synchronised: has.has('synchronised'),
        vpn: has.has('vpn'),
        human: !has.has('service'),
      };
    });
}

export const peopleOf: Readonly<Record<string, readonly Person[]>> = {
  [contoso.id]: people(contosoRows, contoso),
  [fabrikam.id]: people(fabrikamRows, fabrikam),
};

const crowdTitles = [
  'Sales Manager',
  'Accountant',
  'Engineer',
  'Nurse',
  'Buyer',
  'Vertriebsleiter',
  'Comptable',
  'Technician',
  'Analyst',
  'Clerk',
];
const crowdPlaces: readonly PlaceName[] = ['london', 'berlin', 'paris', 'boston', 'milan', 'tokyo', 'oslo', 'bogota'];
const crowdDesks = ['edgeWindows', 'edgeWindows', 'edgeWindows', 'chromeWindows', 'chromeWindows', 'chromeMac', 'chromeLinux'] as const;

/** Made-up people in any number, for a synthetic month of a large tenant. */
export function crowd(count: number, tenant: { readonly id: string; readonly domain: string }): readonly Person[] {
  return Array.from({ length: count }, (_, index) => ({
    id: guid(tenant.id, 'crowd', index),
    given: 'Person',
    surname: String(index + 1),
    upn: `person.${index + 1}@${tenant.domain}`,
    title: crowdTitles[index % crowdTitles.length] ?? 'Clerk',
    department: 'Crowd',
    place: crowdPlaces[index % crowdPlaces.length] ?? 'london',
    language: 'en-US',
    desk: crowdDesks[index % crowdDesks.length] ?? 'edgeWindows',
    phone: index % 2 === 0 ? 'safariPhone' : 'chromeAndroid',
    roles: [],
    guest: false,
    synchronised: false,
    vpn: index % 12 === 0,
    human: true,
  }));
}
