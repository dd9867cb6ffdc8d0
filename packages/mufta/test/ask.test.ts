import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import { init } from '../src/commands/init.ts'
import { createScreen, type Lang, type Screen } from '../src/ui/screen.ts'
import { tempFolder } from './helpers/cli.ts'
import { startPlace } from './helpers/place.ts'

describe('a wrong answer in mufta init', () => {
  it('is told in the language of the person, who is asked again until it is right', async (t) => {
    const { portal, crm } = await startPlace(t)
    const { screen, told } = terminal('ru')
    const folder = tempFolder(t)
    const answers = [
      ['Как подключаться', 'ftp', 'webhook'],
      ['Входящий вебхук', 'https://portal.example/', portal.webhook],
      ['Внешняя система', 'nosuch-crm', 'retailcrm'],
      ['Имя соединения', 'мой магазин', 'shop'],
      ['Адрес', 'crm.example', crm.url],
      ['Ключ API', '', crm.apiKey],
    ]
    const { prompts, left } = scripted(answers)
    const context = { screen, cwd: folder, env: {}, configFile: undefined, signal: t.signal }
    const code = await init(context, { allowHost: ['127.0.0.1:*'] }, prompts)
    assert.deepEqual(left(), [], 'every question was put as often as it had answers')
    assert.equal(code, 1, 'the mappings are still to be made')
    assert.deepEqual(
      told().filter((line) => line.startsWith('✖')),
      [
        '✖ Ответьте «webhook» или «bridge» CONFIG_BAD_OPTION',
        '✖ Входящий вебхук должен выглядеть как https://portal.example/rest/1/secret/: скопируйте адрес целиком CONFIG_BAD_WEBHOOK',
        '✖ Коннектор «nosuch-crm» не загружается: это не встроенный (retailcrm), не пакет и не работающий файл CONNECTOR_NOT_FOUND',
        '✖ латинские буквы, цифры, «-» и «_», не больше 40 CONFIG_BAD_OPTION',
        '✖ нужен полный адрес, который начинается с https://, без имени и пароля SETTINGS_INVALID',
        '✖ не должно быть пустым SETTINGS_INVALID',
      ],
    )
    const { connections } = JSON.parse(readFileSync(join(folder, 'mufta.config.json'), 'utf8')) as {
      connections: object
    }
    assert.deepEqual(Object.keys(connections), ['shop'])
  })

  it('does not hold whoever breaks off, and nothing is written', async (t) => {
    const folder = tempFolder(t)
    const { prompts } = scripted([['How the site', 'ftp', Symbol('cancelled')]])
    const context = {
      screen: terminal('en').screen,
      cwd: folder,
      env: {},
      configFile: undefined,
      signal: t.signal,
    }
    await assert.rejects(init(context, {}, prompts), { code: 'CONFIG_CANCELLED' })
    assert.ok(!existsSync(join(folder, 'mufta.config.json')) && !existsSync(join(folder, '.env')))
  })
})

/** Questions by how they begin, each with its answers in order. */
function scripted(answers: readonly (readonly (string | symbol)[])[]) {
  const waiting = answers.map(([start, ...rest]) => ({ start: String(start), rest }))
  const next = ({ message }: { message: string }): Promise<string | symbol> => {
    const question = waiting.find(({ start }) => message.startsWith(start))
    const answer = question?.rest.shift()
    return answer === undefined ? assert.fail(`asked once more: ${message}`) : Promise.resolve(answer)
  }
  return {
    prompts: { text: next, password: next },
    left: () => waiting.filter(({ rest }) => rest.length > 0).map(({ start }) => start),
  }
}

/** A screen that takes itself for a terminal. */
function terminal(lang: Lang): { readonly screen: Screen; readonly told: () => readonly string[] } {
  let text = ''
  const stream = {
    isTTY: true,
    columns: 200,
    write: (chunk: string) => (text += chunk) !== '',
  } as unknown as NodeJS.WriteStream
  return {
    screen: createScreen({ lang, json: false, stdout: stream, stderr: stream }),
    told: () => stripVTControlCharacters(text).split('\n'),
  }
}
