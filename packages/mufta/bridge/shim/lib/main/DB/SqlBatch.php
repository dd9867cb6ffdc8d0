<?php

declare(strict_types=1);

namespace Bitrix\Main\DB;

/** Splits a batch as the kernel's installer does, with its sharp edges: quotes and comments are seen one by one. */
final class SqlBatch
{
    /** @return list<string> */
    public static function split(string $text): array
    {
        $pattern = '/\G(?:'
            . "(?<quoted>'(?:\\\\.|[^'\\\\])*(?:'|$)|\"(?:\\\\.|[^\"\\\\])*(?:\"|$)|`(?:\\\\.|[^`\\\\])*(?:`|$))"
            . '|(?<comment>#[^\n]*|--[^\n]*)'
            . '|(?<dollar>\$\$.*?(?:\$\$|$))'
            . '|(?<end>;(?=\s|$))'
            . '|(?<other>.))/su';
        $statements = [];
        $current = '';
        preg_match_all($pattern, $text, $tokens, PREG_SET_ORDER);
        foreach ($tokens as $token) {
            if (($token['end'] ?? '') !== '') {
                $statements[] = trim($current);
                $current = '';
            } elseif (($token['comment'] ?? '') === '') {
                $current .= $token[0];
            }
        }
        $statements[] = trim($current);
        return array_values(array_filter($statements, static fn (string $one): bool => $one !== ''));
    }
}
