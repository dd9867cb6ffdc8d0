import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { codeTable } from '../../../tools/code-table.ts'
import { say, type Phrase } from '../src/i18n/phrase.ts'

const folder = new URL('../src/i18n/messages/', import.meta.url)

async function allPhrases(): Promise<readonly (readonly [string, Phrase])[]> {
  const files = await readdir(folder)
  const modules = await Promise.all(
    files.map(
      (file) => import(new URL(file, folder).href) as Promise<Record<string, Record<string, Phrase>>>,
    ),
  )
  return modules.flatMap((module) => Object.values(module)).flatMap((phrases) => Object.entries(phrases))
}

/** Everything of the page but the phrases themselves. */
async function pageSources(): Promise<string> {
  const names = await readdir(new URL('../src/', import.meta.url), { recursive: true })
  const files = names.filter((name) => /\.(ts|vue)$/.test(name) && !name.includes('messages'))
  const texts = files.map((name) => readFile(new URL(`../src/${name}`, import.meta.url), 'utf8'))
  return (await Promise.all(texts)).join('\n')
}

describe('texts in two languages', () => {
  test('every phrase has the same places and the right number of plural forms in both languages', async () => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
    const phrases = await allPhrases()
    assert.ok(phrases.length > 300)
    for (const [key, [en, ru]] of phrases) {
      assert.deepEqual(places(ru), places(en), key)
      const forms = [en.split('|').length, ru.split('|').length]
      assert.ok(forms.join() === '1,1' || forms.join() === '2,3', `${key} has forms ${forms.join()}`)
    }
  })

  test('no key stands in two files', async () => {
    const keys = (await allPhrases()).map(([key]) => key)
    assert.deepEqual(
      keys.filter((key, index) => keys.indexOf(key) !== index),
      [],
    )
  })

  test('no Russian text holds a word left in English by mistake, no English one a Russian letter', async () => {
    for (const [key, [en, ru]] of await allPhrases()) {
      if (key.startsWith('language.')) continue
      assert.doesNotMatch(en, /[а-яё]/i, key)
      if (/[a-z]{3}/i.test(en) && !/^(site|connection|security)\./.test(key)) assert.notEqual(ru, en, key)
    }
  })

  test('every phrase is used: named whole, or by a name that is made of parts', async () => {
    const sources = await pageSources()
    const starts = new Set(sources.matchAll(/`([\w.]+\.)\$\{/g).map(([, start = '']) => start))
    // The kinds of a StateBadge.
    for (const kind of ['state', 'orderState', 'connection.level', 'problems.kind']) starts.add(`${kind}.`)
    // These have plain names beside the made ones.
    for (const start of ['overview.', 'site.', 'schedule.']) starts.delete(start)
    const made = ['waiting', 'running', 'doneToday', 'parked', 'dead'].map((name) => `overview.${name}`)
    const roads = ['rest', 'oauth', 'bridge', 'other'].flatMap((road) => [`site.${road}`, `site.${road}Text`])
    const unused = (await allPhrases())
      .map(([key]) => key)
      .filter((key) => !sources.includes(`'${key}'`) && ![...made, ...roads].includes(key))
      .filter((key) => !starts.values().some((start) => key.startsWith(start)))
    assert.deepEqual(unused, [])
  })

  test('one thing has one word in Russian too: that of the command line and the docs', async () => {
    const words = [
      [/\bpark(s|ed)?\b/i, /придерж/i],
      [/\bsweeps?\b/i, /обход/i],
      [/\blag\b/i, /отставан/i],
    ] as const
    for (const [key, [en, ru]] of await allPhrases())
      for (const [english, russian] of words) if (english.test(en)) assert.match(ru, russian, key)
  })

  test('a count takes its own form: 1, 2, 5, 21 orders', () => {
    const phrase = ['{n} order|{n} orders', '{n} заказ|{n} заказа|{n} заказов'] as const
    const all = (language: 'en' | 'ru') => [1, 2, 5, 11, 21].map((n) => say(phrase, language, { n }))
    assert.deepEqual(all('ru'), ['1 заказ', '2 заказа', '5 заказов', '11 заказов', '21 заказ'])
    assert.deepEqual(all('en'), ['1 order', '2 orders', '5 orders', '11 orders', '21 orders'])
  })

  test('a value put into a phrase is not looked through for places again', () => {
    assert.equal(say(['{a} {b}', '{a} {b}'], 'en', { a: '{b}', b: 'x' }), '{b} x')
  })
})

describe('the table of error codes', () => {
  test('is taken from the documentation of both languages', async () => {
    const page = (language: string) =>
      readFile(new URL(`../../../docs/${language}/errors.md`, import.meta.url), 'utf8')
    const table = codeTable(await page('en'), await page('ru'))
    assert.ok(Object.keys(table).length > 150)
    assert.match(table['STATUS_UNMAPPED']?.ru.means ?? '', /статус/i)
    assert.match(table['STATUS_UNMAPPED']?.en.todo ?? '', /add it/i)
  })

  test('a code that one language lacks is left out', () => {
    const en = '| `ONE` | stop | what one means | do `this` |\n| `TWO` | stop | two | that |'
    const ru = '| `ONE`   | stop      | что это   | сделать |'
    assert.deepEqual(codeTable(en, ru), {
      ONE: { en: { means: 'What one means', todo: 'do this' }, ru: { means: 'Что это', todo: 'сделать' } },
    })
  })
})
