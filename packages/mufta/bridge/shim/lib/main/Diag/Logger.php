<?php

declare(strict_types=1);

namespace Bitrix\Main\Diag;

abstract class Logger
{
    public static function create($id, $params = [])
    {
        return null;
    }

    abstract protected function logMessage(string $level, string $message);

    public function log($level, string|\Stringable $message, array $context = []): void
    {
        $pairs = [];
        foreach ($context as $name => $value) {
            $pairs['{' . $name . '}'] = is_scalar($value) ? (string)$value : get_debug_type($value);
        }
        $this->logMessage((string)$level, strtr((string)$message, $pairs));
    }

    public function __call(string $level, array $arguments)
    {
        $this->log($level, ...$arguments);
    }
}
