import { z } from 'zod'
import type { Title } from '@mufta/kit'
import type { Built, Fault, PhpFile } from './built.ts'
import { isMark, isName, words } from './built.ts'

const REQUIRED = [
  'install/index.php',
  'install/version.php',
  'install/db/mysql/install.sql',
  'install/db/mysql/uninstall.sql',
  'include.php',
  'options.php',
  'default_option.php',
  '.settings.php',
  'settings.schema.json',
  'lib/flows.php',
]

/** What the kernel needs to find: installer, version, classes at their paths, everything that is named by text. */
export function structureRules(built: Built): readonly Fault[] {
  const { files, php } = built
  return [
    ...REQUIRED.filter((path) => !files.has(path)).map((path) => ({
      rule: 'FILE_MISSING',
      file: path,
      message: words('is missing', 'нет такого файла'),
    })),
    ...installerFaults(built),
    ...versionFaults(built),
    ...php.flatMap((file) => placeFaults(file, built)),
    ...php.flatMap((file) => nameFaults(file, built)),
    ...settingsFaults(built),
  ]
}

function installerFaults({ php, names, folder }: Built): Fault[] {
  const file = 'install/index.php'
  const installer = php.find(({ path }) => path === file)
  if (installer === undefined) return []
  if (names === null) {
    const message = words(
      'declares no $MODULE_ID of the form vendor.name, at most 50 letters',
      'не объявляет $MODULE_ID вида vendor.name, не длиннее 50 знаков',
    )
    return [{ rule: 'MODULE_ID', file, message }]
  }
  const faults: Fault[] = []
  const classes = classesOf(installer)
  if (classes.length !== 1 || classes[0]?.name !== names.underscored) {
    const message = words(
      `must hold exactly one class, ${names.underscored}`,
      `должен быть ровно один класс, ${names.underscored}`,
    )
    faults.push({ rule: 'INSTALLER_CLASS', file, message })
  }
  if (folder !== null && folder !== names.id) {
    faults.push({
      rule: 'MODULE_FOLDER',
      file,
      message: words(
        `lies in "${folder}", but its id is ${names.id}`,
        `лежит в «${folder}», а id у него ${names.id}`,
      ),
    })
  }
  return faults
}

function versionFaults({ files }: Built): Fault[] {
  const file = 'install/version.php'
  const text = files.get(file)?.toString('utf8') ?? ''
  const version = /'VERSION' => '([^']*)'/.exec(text)?.[1] ?? ''
  const date = /'VERSION_DATE' => '([^']*)'/.exec(text)?.[1] ?? ''
  const faults: Fault[] = []
  if (!/^\d+\.\d+\.\d+$/.test(version) || version === '0.0.0')
    faults.push({
      rule: 'VERSION',
      file,
      message: words('VERSION must be three numbers, not all zero', 'VERSION — три числа, не все нули'),
    })
  if (
    !/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(date) ||
    Number.isNaN(Date.parse(`${date.replace(' ', 'T')}Z`))
  )
    faults.push({
      rule: 'VERSION_DATE',
      file,
      message: words(
        'VERSION_DATE must look like 2026-01-15 12:00:00',
        'VERSION_DATE должна выглядеть как 2026-01-15 12:00:00',
      ),
    })
  return faults
}

/** A class of lib must lie where the kernel's autoload looks: the lower-cased path of its name. */
function placeFaults(file: PhpFile, { names }: Built): Fault[] {
  if (!file.path.startsWith('lib/') || names === null) return []
  const space = namespaceOf(file)
  return classesOf(file).flatMap(({ name, line }) => {
    const full = `${space}\\${name}`
    const inside = full.startsWith(`${names.namespace}\\`) ? full.slice(names.namespace.length + 1) : null
    const place = inside === null ? null : `lib/${inside.replaceAll('\\', '/').toLowerCase()}.php`
    if (place === file.path) return []
    const message = words(
      `${full} is looked for in ${place ?? 'another module'}`,
      `${full} будут искать в ${place ?? 'другом модуле'}`,
    )
    return [{ rule: 'CLASS_PLACE', file: file.path, line, message }]
  })
}

/** Classes and methods of this module that are named in texts: events, agents, controllers. */
function nameFaults(file: PhpFile, { php, names }: Built): Fault[] {
  if (names === null) return []
  const known = new Map<string, PhpFile>(
    php
      .filter(({ path }) => path.startsWith('lib/'))
      .flatMap((each) => classesOf(each).map(({ name }) => [`${namespaceOf(each)}\\${name}`, each] as const)),
  )
  const spaces = new Set([...known.keys()].map((name) => name.slice(0, name.lastIndexOf('\\'))))
  const own = `${names.namespace}\\`
  return file.code.flatMap((token) => {
    if (token.kind !== 'string') return []
    const named = /^\\?([A-Za-z_]\w*(?:\\+[A-Za-z_]\w*)+)(?:::(\w+)\(\);)?$/.exec(token.text)
    const name = named?.[1]?.replace(/\\+/g, '\\') ?? ''
    if (!name.startsWith(own) || (spaces.has(name) && named?.[2] === undefined)) return []
    const holder = known.get(name)
    const fault = (rule: string, message: Title): Fault[] => [
      { rule, file: file.path, line: token.line, message },
    ]
    if (holder === undefined)
      return fault(
        'CLASS_MISSING',
        words(`names the class ${name}, which is not in lib`, `назван класс ${name}, которого нет в lib`),
      )
    const method = named?.[2]
    if (method === undefined || hasStaticMethod(holder, method)) return []
    return fault(
      'METHOD_MISSING',
      words(
        `names ${name}::${method}, which is no public static method`,
        `назван ${name}::${method}, а это не public static метод`,
      ),
    )
  })
}

const settingsSchema = z.object({
  v: z.literal(1),
  fields: z.array(
    z.object({
      path: z.string().min(1),
      kind: z.string(),
      title: z.object({ en: z.string().min(1), ru: z.string().min(1) }),
      required: z.boolean(),
    }),
  ),
})

function settingsFaults({ files }: Built): Fault[] {
  const file = 'settings.schema.json'
  const text = files.get(file)?.toString('utf8')
  if (text === undefined) return []
  try {
    settingsSchema.parse(JSON.parse(text))
    return []
  } catch {
    return [
      {
        rule: 'SETTINGS_SCHEMA',
        file,
        message: words(
          'is no description of settings with titles in ru and en',
          'это не описание настроек с названиями на ru и en',
        ),
      },
    ]
  }
}

function hasStaticMethod({ code }: PhpFile, method: string): boolean {
  return code.some(
    (token, at) =>
      isName(token, 'function') &&
      code[at + 1]?.text === method &&
      [code[at - 1], code[at - 2]].some((word) => isName(word, 'static')) &&
      [code[at - 1], code[at - 2]].some((word) => isName(word, 'public')),
  )
}

export function classesOf({ code }: PhpFile): { readonly name: string; readonly line: number }[] {
  return code.flatMap((token, at) => {
    const next = code[at + 1]
    const isDeclared =
      isName(token, 'class', 'interface', 'trait', 'enum') &&
      next?.kind === 'name' &&
      !isMark(code[at - 1], '::') &&
      !isMark(code[at - 1], '->')
    return isDeclared ? [{ name: next.text, line: token.line }] : []
  })
}

function namespaceOf({ code }: PhpFile): string {
  const at = code.findIndex((token) => isName(token, 'namespace'))
  return at < 0 ? '' : (code[at + 1]?.text ?? '')
}
