<?php

declare(strict_types=1);

namespace Bitrix\Main\Diag;

/** One file with a size limit; the one before is kept as ".old". */
class FileLogger extends Logger
{
    public function __construct(private string $fileName, private int $maxSize = 1048576)
    {
    }

    protected function logMessage(string $level, string $message)
    {
        if (is_file($this->fileName) && filesize($this->fileName) > $this->maxSize) {
            rename($this->fileName, $this->fileName . '.old');
        }
        file_put_contents($this->fileName, $message, FILE_APPEND | LOCK_EX);
    }
}
