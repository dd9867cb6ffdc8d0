<?php

/**
 * Reads every PHP file of a module with PHP's own tokenizer and prints findings as JSON, one {file, line, rule, text} each.
 * Symbols are looked up in the stand-in kernel and in the module itself.
 * Usage: php inspect.php <document root> <module folder> <module id>
 */

declare(strict_types=1);

[, $root, $folder, $id] = $argv;
$_SERVER['DOCUMENT_ROOT'] = $root;
require $root . '/bitrix/modules/main/include/prolog_before.php';
array_map(\Bitrix\Main\Loader::includeModule(...), ['sale', 'catalog', 'iblock', $id]);

$findings = [];
$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator($folder, FilesystemIterator::SKIP_DOTS));
foreach ($files as $file) {
    if ($file->getExtension() === 'php') {
        $path = substr($file->getPathname(), strlen($folder) + 1);
        array_push($findings, ...(new Inspection($path, (string)file_get_contents($file->getPathname())))->run());
    }
}
echo json_encode($findings, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_PRETTY_PRINT);

final class Inspection
{
    private const SQL = '/^\s*(SELECT\b.*\bFROM\b|INSERT (IGNORE )?INTO\b|UPDATE \S+\s+SET\b|DELETE FROM\b|REPLACE INTO\b|(CREATE|DROP|ALTER|TRUNCATE) TABLE\b)/is';
    private const FORBIDDEN = ['eval', 'unserialize', 'extract', 'exec', 'shell_exec', 'system', 'passthru', 'proc_open', 'popen', 'create_function', 'assert', 'var_dump', 'print_r', 'error_log', 'disableSslVerification'];
    private const WRITES = ['file_put_contents', 'fopen', 'mkdir', 'copy', 'rename', 'touch', 'symlink', 'move_uploaded_file', 'CopyDirFiles', 'tempnam'];

    /** @var list<PhpToken> without white space and comments */
    private array $tokens;
    /** @var array<string, string> alias in lower case => full name */
    private array $uses = [];
    private string $namespace = '';
    /** @var list<array{file: string, line: int, rule: string, text: string}> */
    private array $found = [];

    public function __construct(private string $path, private string $text)
    {
        $all = PhpToken::tokenize($text);
        $this->tokens = array_values(array_filter($all, static fn (PhpToken $token): bool => !$token->isIgnorable()));
    }

    public function run(): array
    {
        $this->checkForm();
        $this->readNames();
        foreach ($this->tokens as $index => $token) {
            $this->checkCall($index, $token);
            $this->checkName($index, $token);
            $this->checkSql($index, $token);
            $this->checkEcho($index, $token);
        }
        return $this->found;
    }

    private function checkForm(): void
    {
        $isLib = str_starts_with($this->path, 'lib/');
        $has = static fn (string $pattern, string $text): bool => preg_match($pattern, $text) === 1;
        $rules = [
            'bom' => str_starts_with($this->text, "\xEF\xBB\xBF"),
            'utf8' => !mb_check_encoding($this->text, 'UTF-8'),
            'crlf' => str_contains($this->text, "\r"),
            'open-tag' => !str_starts_with($this->text, "<?php\n"),
            'close-tag' => $has('/\?>\s*$/', $this->text),
            'short-tag' => $has('/<\?(?!php\b|=|xml)/', $this->text),
            'strict-types' => $isLib !== str_contains($this->text, 'declare(strict_types=1);') && $isLib,
            'installer-strict' => $this->path === 'install/index.php' && str_contains($this->text, 'strict_types'),
            'path-case' => $isLib && strtolower($this->path) !== $this->path,
        ];
        foreach (array_keys(array_filter($rules)) as $rule) {
            $this->report($rule, 1, $this->path);
        }
    }

    private function readNames(): void
    {
        foreach ($this->tokens as $index => $token) {
            if ($token->is(T_NAMESPACE)) {
                $this->namespace = $this->tokens[$index + 1]->text;
            } elseif ($token->is(T_USE) && $this->tokens[$index + 1]->is([T_NAME_QUALIFIED, T_STRING])) {
                $name = $this->tokens[$index + 1]->text;
                $alias = $this->at($index + 2)->is(T_AS) ? $this->at($index + 3)->text : basename(str_replace('\\', '/', $name));
                $this->uses[strtolower($alias)] = $name;
                $this->known($name) || $this->report('unknown-class', $token->line, $name);
            } elseif ($token->is([T_CLASS, T_INTERFACE, T_ENUM]) && $this->at($index + 1)->is(T_STRING) && str_starts_with($this->path, 'lib/')) {
                $own = implode('/', array_slice(explode('\\', $this->namespace . '\\' . $this->at($index + 1)->text), 2));
                $this->path === 'lib/' . strtolower($own) . '.php' || $this->report('class-path', $token->line, $own);
            }
        }
    }

    /** Forbidden functions, functions that do not exist, writes of files, super globals. */
    private function checkCall(int $index, PhpToken $token): void
    {
        if ($token->is(T_EVAL) || $token->is(T_VARIABLE) && $token->text === '$_REQUEST') {
            $this->report('forbidden', $token->line, $token->text);
        }
        if ($token->is([T_EXIT]) && $this->at($index + 1)->text === '(' && $this->at($index + 2)->text !== ')') {
            $this->report('die-with-text', $token->line, $token->text);
        }
        if (!$token->is([T_STRING, T_NAME_FULLY_QUALIFIED]) || $this->at($index + 1)->text !== '(') {
            return;
        }
        $name = ltrim($token->text, '\\');
        $before = $this->at($index - 1);
        if (in_array($name, self::FORBIDDEN, true)) {
            $this->report('forbidden', $token->line, $name);
        }
        if ($before->is([T_OBJECT_OPERATOR, T_NULLSAFE_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_NEW]) || $before->is('&') && $this->at($index - 2)->is(T_FUNCTION)) {
            return;
        }
        if (in_array($name, self::WRITES, true)) {
            $this->report('file-write', $token->line, $name);
        }
        $guarded = ['fastcgi_finish_request', 'litespeed_finish_request'];
        function_exists($name) || in_array($name, $guarded, true) || $this->report('unknown-function', $token->line, $name);
    }

    /** Classes named in new, static calls, catch and types; methods and constants of static calls. */
    private function checkName(int $index, PhpToken $token): void
    {
        if ($token->is(T_NEW) && $this->at($index + 1)->is([T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED])) {
            $class = $this->resolve($this->at($index + 1)->text);
            $class === null || $this->known($class) || $this->report('unknown-class', $token->line, $class);
        }
        if (!$token->is(T_DOUBLE_COLON) || !$this->at($index - 1)->is([T_STRING, T_NAME_QUALIFIED, T_NAME_FULLY_QUALIFIED, T_STATIC])) {
            return;
        }
        $class = $this->resolve($this->at($index - 1)->text);
        if ($class === null) {
            return;
        }
        if (!$this->known($class)) {
            $this->report('unknown-class', $token->line, $class);
            return;
        }
        $member = $this->at($index + 1);
        if (!$member->is(T_STRING)) {
            return;
        }
        $isCall = $this->at($index + 2)->text === '(';
        $isGood = $isCall ? method_exists($class, $member->text) : defined("$class::{$member->text}") || $member->text === 'class';
        $isGood || $this->report($isCall ? 'unknown-method' : 'unknown-constant', $token->line, "$class::{$member->text}");
    }

    /** SQL is one constant text: nothing is joined to it and nothing is written into it. */
    private function checkSql(int $index, PhpToken $token): void
    {
        if ($token->is('"')) {
            $text = $this->at($index + 1)->text;
            preg_match(self::SQL, $text) === 1 && $this->report('sql-built', $token->line, $text);
        }
        if (!$token->is(T_CONSTANT_ENCAPSED_STRING)) {
            return;
        }
        $text = substr($token->text, 1, -1);
        $next = $this->at($index + 1)->text;
        $isSql = preg_match(self::SQL, $text) === 1;
        if ($isSql && ($next === '.' || $this->at($index - 1)->text === '.')) {
            $this->report('sql-built', $token->line, $text);
        }
        $isSecret = preg_match('/^[0-9a-f]{32,}$|^[A-Za-z0-9+\/]{40,}={0,2}$/', $text) === 1 && preg_match('/\d/', $text) === 1;
        $isSecret && $this->report('secret', $token->line, 'a literal that looks like a key');
    }

    /** What is echoed is escaped, a number, or made by the kernel for this purpose. */
    private function checkEcho(int $index, PhpToken $token): void
    {
        if (!$token->is([T_ECHO, T_OPEN_TAG_WITH_ECHO])) {
            return;
        }
        $first = $this->at($index + 1);
        $isSafe = $first->is([T_INT_CAST, T_CONSTANT_ENCAPSED_STRING, T_INLINE_HTML])
            || in_array($first->text, ['htmlspecialcharsbx', 'bitrix_sessid_post', 'urlencode'], true);
        $isSafe || $this->report('echo-unescaped', $token->line, $first->text);
    }

    private function resolve(string $name): ?string
    {
        $lower = strtolower($name);
        if (in_array($lower, ['self', 'static', 'parent'], true)) {
            return null;
        }
        if ($name[0] === '\\') {
            return substr($name, 1);
        }
        [$first, $rest] = explode('\\', $name, 2) + [1 => null];
        if (isset($this->uses[strtolower($first)])) {
            return $this->uses[strtolower($first)] . ($rest === null ? '' : "\\$rest");
        }
        return ($this->namespace === '' ? '' : $this->namespace . '\\') . $name;
    }

    private function known(string $class): bool
    {
        return class_exists($class) || interface_exists($class) || enum_exists($class);
    }

    private function at(int $index): PhpToken
    {
        return $this->tokens[$index] ?? new PhpToken(T_INLINE_HTML, '');
    }

    private function report(string $rule, int $line, string $text): void
    {
        $this->found[] = ['file' => $this->path, 'line' => $line, 'rule' => $rule, 'text' => mb_substr($text, 0, 120)];
    }
}
