<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** SQL with placeholders: ?# identifier, ?i integer, ?f float, ? and ?s string. */
class SqlExpression
{
    private array $args;

    public function __construct(private string $expression, ...$args)
    {
        $this->args = $args;
    }

    public function compile()
    {
        $helper = \Bitrix\Main\Application::getConnection()->getSqlHelper();
        $next = 0;
        return preg_replace_callback('/\?(#|i|f|s|)/', function (array $found) use ($helper, &$next): string {
            $value = $this->args[$next++] ?? null;
            return match (true) {
                $value === null => 'NULL',
                $found[1] === '#' => $helper->quote($value),
                $found[1] === 'i' => (string)(int)$value,
                $found[1] === 'f' => (string)(float)$value,
                default => $helper->convertToDbString($value),
            };
        }, $this->expression);
    }

    public function __toString(): string
    {
        return $this->compile();
    }
}
