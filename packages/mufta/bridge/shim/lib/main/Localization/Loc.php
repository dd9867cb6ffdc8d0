<?php

declare(strict_types=1);

namespace Bitrix\Main\Localization;

class Loc
{
    /** @var array<string, array<string, string>> language => code => text */
    private static array $messages = [];
    /** @var array<string, true> */
    private static array $files = [];

    public static function loadMessages($file)
    {
        self::loadLanguageFile($file);
    }

    /** lang/<language>/ lies in the module's root and mirrors the file's path. */
    public static function loadLanguageFile($file, $language = null, $normalize = true)
    {
        $language ??= self::getCurrentLang();
        $found = self::find((string)$file, $language);
        if ($found === null || isset(self::$files[$found])) {
            return [];
        }
        self::$files[$found] = true;
        $MESS = (static function (string $path): array {
            $MESS = [];
            include $path;
            return $MESS;
        })($found);
        self::$messages[$language] = $MESS + (self::$messages[$language] ?? []);
        return $MESS;
    }

    public static function getMessage($code, $replace = null, $language = null)
    {
        $text = self::$messages[$language ?? self::getCurrentLang()][$code] ?? null;
        return $text === null || !is_array($replace) ? $text : strtr($text, $replace);
    }

    public static function getMessagePlural($code, $value, $replace = null, $language = null)
    {
        $form = $value % 10 === 1 && $value % 100 !== 11 ? 0 : ($value % 10 >= 2 && $value % 10 <= 4 && ($value % 100 < 10 || $value % 100 >= 20) ? 1 : 2);
        return self::getMessage("{$code}_PLURAL_$form", $replace, $language);
    }

    public static function getCurrentLang()
    {
        return \Bitrix\Main\Context::getCurrent()->getLanguage();
    }

    public static function setCurrentLang($language)
    {
        \Bitrix\Main\Context::getCurrent()->setLanguage($language);
    }

    public static function getDefaultLang($language)
    {
        return in_array($language, ['ru', 'ua'], true) ? 'ru' : 'en';
    }

    private static function find(string $file, string $language): ?string
    {
        $folder = dirname($file);
        $rest = basename($file);
        while (strlen($folder) > 1 && !is_dir("$folder/lang")) {
            $rest = basename($folder) . "/$rest";
            $folder = dirname($folder);
        }
        foreach ([$language, self::getDefaultLang($language)] as $try) {
            if (is_file("$folder/lang/$try/$rest")) {
                return "$folder/lang/$try/$rest";
            }
        }
        return null;
    }
}
