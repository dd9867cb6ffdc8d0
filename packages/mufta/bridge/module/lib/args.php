<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Arguments of a command, each read with its type; what does not fit is BAD_REQUEST with the argument's name. */
final class Args
{
    private const ID = '/^[1-9]\d{0,18}$/D';
    private const TIME = '/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/D';

    /** @param array<array-key, mixed> $values */
    public function __construct(private readonly array $values, private readonly string $at = '')
    {
    }

    /** Refuses arguments that the command does not know: a typing error must not be silence. */
    public function allow(string ...$names): self
    {
        foreach (array_keys($this->values) as $name) {
            if (!in_array((string)$name, $names, true)) {
                throw $this->wrong((string)$name, 'is not known here');
            }
        }
        return $this;
    }

    public function has(string $name): bool
    {
        return array_key_exists($name, $this->values);
    }

    public function isEmptyList(string $name): bool
    {
        return ($this->values[$name] ?? null) === [];
    }

    public function id(string $name): int
    {
        $value = $this->values[$name] ?? null;
        if (!is_string($value) || preg_match(self::ID, $value) !== 1) {
            throw $this->wrong($name, 'must be an id: digits as text');
        }
        return (int)$value;
    }

    public function idOrNull(string $name): ?int
    {
        return ($this->values[$name] ?? null) === null ? null : $this->id($name);
    }

    /** @return list<int> each once */
    public function ids(string $name, int $most): array
    {
        $list = new self($this->listOf($name, $most), $name . '.');
        $ids = [];
        foreach (array_keys($list->values) as $index) {
            $ids[] = $list->id((string)$index);
        }
        return array_values(array_unique($ids));
    }

    public function int(string $name, int $least, int $most): int
    {
        $value = $this->values[$name] ?? null;
        if (!is_int($value) || $value < $least || $value > $most) {
            throw $this->wrong($name, "must be a whole number from $least to $most");
        }
        return $value;
    }

    public function intOrNull(string $name): ?int
    {
        return ($this->values[$name] ?? null) === null ? null : $this->int($name, 0, PHP_INT_MAX);
    }

    public function flag(string $name): bool
    {
        $value = $this->values[$name] ?? null;
        if (!is_bool($value)) {
            throw $this->wrong($name, 'must be true or false');
        }
        return $value;
    }

    public function text(string $name, int $most): string
    {
        $value = $this->values[$name] ?? null;
        if (!is_string($value) || mb_strlen($value, 'UTF-8') > $most || !mb_check_encoding($value, 'UTF-8')) {
            throw $this->wrong($name, "must be text of at most $most characters");
        }
        return $value;
    }

    public function textOrNull(string $name, int $most): ?string
    {
        return ($this->values[$name] ?? null) === null ? null : $this->text($name, $most);
    }

    /** Decimal text as it is; it is never turned into a float here. */
    public function decimal(string $name): string
    {
        $value = $this->text($name, 40);
        if (preg_match('/^-?(0|[1-9]\d*)(\.\d+)?$/D', $value) !== 1) {
            throw $this->wrong($name, 'must be a decimal number as text');
        }
        return $value;
    }

    public function decimalOrNull(string $name): ?string
    {
        return ($this->values[$name] ?? null) === null ? null : $this->decimal($name);
    }

    public function timeOrNull(string $name): ?string
    {
        $value = $this->values[$name] ?? null;
        if ($value === null) {
            return null;
        }
        if (!is_string($value) || preg_match(self::TIME, $value) !== 1 || strtotime($value) === false) {
            throw $this->wrong($name, 'must be a time with its offset (ISO 8601)');
        }
        return $value;
    }

    public function map(string $name): self
    {
        $value = $this->values[$name] ?? null;
        if (!is_array($value)) {
            throw $this->wrong($name, 'must be an object');
        }
        return new self($value, $this->at . $name . '.');
    }

    /** @return list<self> */
    public function maps(string $name, int $most): array
    {
        $maps = [];
        $list = new self($this->listOf($name, $most), $this->at . $name . '.');
        foreach (array_keys($list->values) as $index) {
            $maps[] = $list->map((string)$index);
        }
        return $maps;
    }

    /** @return list<mixed> */
    private function listOf(string $name, int $most): array
    {
        $value = $this->values[$name] ?? null;
        if (!is_array($value) || !array_is_list($value) || $value === [] || count($value) > $most) {
            throw $this->wrong($name, "must be a list of 1 to $most");
        }
        return $value;
    }

    private function wrong(string $name, string $what): Failure
    {
        return new Failure('BAD_REQUEST', $this->at . $name . ' ' . $what, ['argument' => $this->at . $name]);
    }
}
