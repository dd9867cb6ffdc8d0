/** What a rule needs to know of a piece of PHP. */
export interface PhpToken {
  /**
   * `string`: constant text; `template`: text with variables in it; `name`: identifier or keyword, with its
   * backslashes; `mark`: everything else, a character each (but "::", "->", "=>" and ".=" whole).
   */
  readonly kind:
    | 'html'
    | 'open'
    | 'close'
    | 'comment'
    | 'string'
    | 'template'
    | 'variable'
    | 'name'
    | 'number'
    | 'mark'
  /** As written; of a string, what is between the quotes. */
  readonly text: string
  /** From 1. */
  readonly line: number
}

const NAME = /\\?[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*(?:\\[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)*/y
const VARIABLE = /\$[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*/y
const NUMBER = /\d[\w.]*/y
const COMMENT = /(?:#(?!\[)|\/\/)(?:(?!\?>)[^\r\n])*|\/\*[^]*?(?:\*\/|$)/y
const QUOTED = /'((?:[^'\\]|\\[^])*)(?:'|$)|"((?:[^"\\]|\\[^])*)(?:"|$)|`((?:[^`\\]|\\[^])*)(?:`|$)/y
const HEREDOC = /<<<[ \t]*(['"]?)([A-Za-z_]\w*)\1\r?\n([^]*?)\r?\n?[ \t]*\2\b/y
const MARK = /::|\?->|->|=>|\.=|[^]/y
const SPACE = /\s+/y
const INTERPOLATION = /(?:^|[^\\])(?:\\\\)*(?:\$[A-Za-z_{]|\{\$)/

/** Tokens of a PHP file, space left out. A walk over the text, not a parser: it never fails. */
export function phpTokens(source: string): readonly PhpToken[] {
  const walk = new Walk(source)
  while (!walk.isAtEnd) walk.step()
  return walk.tokens
}

class Walk {
  readonly tokens: PhpToken[] = []
  readonly #source: string
  #at = 0
  #line = 1
  #isPhp = false

  constructor(source: string) {
    this.#source = source
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length
  }

  step(): void {
    if (!this.#isPhp) return this.#html()
    if (this.#source.startsWith('?>', this.#at)) {
      this.#isPhp = false
      return this.#take('close', '?>')
    }
    if (this.#match(SPACE, (found) => this.#skip(found[0]))) return
    if (this.#match(COMMENT, (found) => this.#take('comment', found[0]))) return
    if (this.#match(HEREDOC, (found) => this.#text(found[0], found[3] ?? '', found[1] !== "'"))) return
    if (this.#match(QUOTED, (found) => this.#quoted(found))) return
    if (this.#match(VARIABLE, (found) => this.#take('variable', found[0]))) return
    if (this.#match(NAME, (found) => this.#take('name', found[0]))) return
    if (this.#match(NUMBER, (found) => this.#take('number', found[0]))) return
    this.#match(MARK, (found) => this.#take('mark', found[0]))
  }

  #html(): void {
    const open = /<\?(?:php\b|=)?/g
    open.lastIndex = this.#at
    const found = open.exec(this.#source)
    const end = found?.index ?? this.#source.length
    if (end > this.#at) this.#take('html', this.#source.slice(this.#at, end))
    if (found === null) return
    this.#isPhp = true
    this.#take('open', found[0])
  }

  #quoted(found: RegExpExecArray): void {
    const [whole, single, double] = found
    if (single !== undefined) return this.#text(whole, single, false)
    if (double !== undefined) return this.#text(whole, double, true)
    this.tokens.push({ kind: 'mark', text: '`', line: this.#line })
    this.#skip(whole)
  }

  #text(whole: string, inner: string, mayInterpolate: boolean): void {
    const kind = mayInterpolate && INTERPOLATION.test(inner) ? 'template' : 'string'
    this.tokens.push({ kind, text: inner, line: this.#line })
    this.#skip(whole)
  }

  #take(kind: PhpToken['kind'], text: string): void {
    this.tokens.push({ kind, text, line: this.#line })
    this.#skip(text)
  }

  #match(pattern: RegExp, then: (found: RegExpExecArray) => void): boolean {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found === null || found[0] === '') return false
    then(found)
    return true
  }

  #skip(text: string): void {
    this.#at += text.length
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#line++
  }
}
