import { ConfigError } from '@mufta/kit'

/** Every spelling under which a module is known to the kernel, the database and the admin pages. */
export interface ModuleNames {
  /** "acme.crm": folder, module id, owner of options. */
  readonly id: string
  /** "acme_crm": installer class, tables, variables. */
  readonly underscored: string
  /** "ACME_CRM": language keys, indexes. */
  readonly upper: string
  /** "Acme\Crm". */
  readonly namespace: string
  /** "acme:crm": the kernel's spelling in an ajax action. */
  readonly ajax: string
}

/** The kernel keeps module ids in varchar(50). */
const MAX_ID = 50

/** The names in the source of the module; the builder puts the connector's in their place. */
export const PLACEHOLDER = namesOf('mufta.bridge')

/** @throws ConfigError `BRIDGE_BAD_ID` */
export function namesOf(id: string): ModuleNames {
  if (!/^[a-z][a-z0-9]*\.[a-z][a-z0-9_]*$/.test(id) || id.length > MAX_ID) {
    throw new ConfigError(
      'BRIDGE_BAD_ID',
      `"${id}" must look like vendor.name: lower case letters, digits, "_" in the name, at most ${MAX_ID} letters`,
    )
  }
  const [vendor = '', name = ''] = id.split('.')
  const capital = (part: string): string => part.charAt(0).toUpperCase() + part.slice(1)
  return {
    id,
    underscored: `${vendor}_${name}`,
    upper: `${vendor}_${name}`.toUpperCase(),
    namespace: `${capital(vendor)}\\${capital(name)}`,
    ajax: `${vendor}:${name}`,
  }
}

/** Replaces each spelling of `from` in one pass, so that what was put in is not replaced again. */
export function rename(text: string, from: ModuleNames, to: ModuleNames): string {
  const doubled = (namespace: string): string => namespace.replace('\\', '\\\\')
  const spellings = new Map([
    [from.id, to.id],
    [from.underscored, to.underscored],
    [from.upper, to.upper],
    [from.namespace, to.namespace],
    [doubled(from.namespace), doubled(to.namespace)],
    [from.ajax, to.ajax],
  ])
  const any = new RegExp(
    [...spellings.keys()].map((spelling) => spelling.replace(/[.\\]/g, '\\$&')).join('|'),
    'g',
  )
  return text.replace(any, (found) => spellings.get(found) as string)
}
