import { describe, expect, it } from 'vitest';
import { roleOfTitle } from '../../../src/detect/context/titles.ts';

describe('the role that a title tells', () => {
  it.each([
    'CEO',
    'Chief Financial Officer',
    'Vice President, Sales',
    'Managing Director',
    'Co-Founder & CTO',
    'Directeur Général',
    'Gérante',
    'Geschäftsführerin',
    'Geschaeftsfuehrer',
    'Mitglied im Vorstand',
    'Consejero Delegado',
    'Directora General',
    'Amministratore Delegato',
    'Diretora Executiva',
    'Algemeen directeur',
    '代表取締役社長',
    '常務執行役員',
  ])('%s is an executive', (title) => {
    expect(roleOfTitle(title)).toBe('executive');
  });
  it.each([
    'Finance Manager',
    'Accounts Payable Clerk',
    'Senior Accountant',
    'Financial Controller',
    'Payroll Specialist',
    'Responsable comptable',
    'Trésorière',
    'Leiter Rechnungswesen',
    'Buchhalterin',
    'Jefa de contabilidad',
    'Responsabile contabilità',
    'Diretor financeiro',
    'Hoofd boekhouding',
    '経理部長',
    '財務担当',
  ])('%s is in finance', (title) => {
    expect(roleOfTitle(title)).toBe('finance');
  });
  it.each([
    'Sales Manager',
    'Account Executive',
    'Head of Business Development',
    'Directrice commerciale',
    'Vertriebsleiter Süd',
    'Verkäuferin',
    'Jefe de ventas',
    'Responsabile vendite',
    'Gerente de vendas',
    'Verkoopleider',
    '営業部',
  ])('%s is in sales', (title) => {
    expect(roleOfTitle(title)).toBe('sales');
  });
  it.each([
    'IT Manager',
    'Systems Administrator',
    'Helpdesk Technician',
    'Administrateur systèmes',
    'Responsable informatique',
    'Systemadministratorin',
    'Leiter EDV',
    'Administrador de Correo',
    'Técnico de sistemas',
    'Amministratrice di sistema',
    'Suporte técnico',
    'Systeembeheerder',
    '情報システム部長',
  ])('%s runs the computers', (title) => {
    expect(roleOfTitle(title)).toBe('it');
  });
  it.each([
    'Italian Teacher',
    'Executive Assistant',
    'Executive Assistant to the CEO',
    'Assistant to the Managing Director',
    'Assistentin der Geschäftsführung',
    'Assistante de direction',
    'Secretaria del Director General',
    '社長秘書',
    'Sales Engineer',
    'Salesforce Administrator',
    'Product Owner',
    'Air Traffic Controller',
    'Fire Chief',
    'Chief Engineer',
    'Commercial Pilot',
    'Software Developer',
    'Nurse',
    'Vice Principal',
    'Executive Chef',
    'Wholesale Operations',
    '',
  ])('%s is none of them', (title) => {
    expect(roleOfTitle(title)).toBe('none');
  });
  it('does not choke on hostile text', () => {
    expect(roleOfTitle(`${'assistant to the '.repeat(10_000)}__proto__`)).toBe('none');
  });
});
