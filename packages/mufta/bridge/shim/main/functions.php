<?php

declare(strict_types=1);

use Bitrix\Main\EventManager;

function htmlspecialcharsbx($string, $flags = ENT_COMPAT, $doubleEncode = true)
{
    return htmlspecialchars((string)$string, $flags, 'UTF-8', $doubleEncode);
}

function htmlspecialcharsback($string)
{
    return htmlspecialchars_decode((string)$string, ENT_COMPAT);
}

function bitrix_sessid()
{
    return md5('sessid' . ($_COOKIE['SHIM_SESSION'] ?? ''));
}

function bitrix_sessid_val()
{
    return bitrix_sessid();
}

function bitrix_sessid_get($name = 'sessid')
{
    return $name . '=' . bitrix_sessid();
}

function bitrix_sessid_post($name = 'sessid', $returnInvocations = false)
{
    return '<input type="hidden" name="' . $name . '" id="' . $name . '" value="' . bitrix_sessid() . '" />';
}

/** A request without a session cookie has no session id that could be right. */
function check_bitrix_sessid($name = 'sessid')
{
    if (($_COOKIE['SHIM_SESSION'] ?? '') === '') {
        return false;
    }
    $given = $_POST[$name] ?? $_GET[$name] ?? $_SERVER['HTTP_X_BITRIX_CSRF_TOKEN'] ?? '';
    return is_string($given) && hash_equals(bitrix_sessid(), $given);
}

function LocalRedirect($url, $skipSecurityCheck = false, $status = '302 Found')
{
    $target = str_replace(["\r", "\n"], '', (string)$url);
    if (PHP_SAPI !== 'cli') {
        header('HTTP/1.1 ' . $status);
        header('Location: ' . $target);
    } else {
        echo "LOCATION $target\n";
    }
    \Bitrix\Main\Application::getInstance()->end();
}

function GetMessage($name, $replace = null)
{
    return \Bitrix\Main\Localization\Loc::getMessage($name, $replace);
}

function IncludeModuleLangFile($path, $language = false, $returnArray = false)
{
    \Bitrix\Main\Localization\Loc::loadMessages($path);
}

function GetModuleEvents($module, $event, $asArray = false)
{
    $found = EventManager::getInstance()->findEventHandlers($module, $event);
    return $asArray ? $found : new CDBResult($found);
}

/** Old events ignore the registered VERSION: the handler gets the raw arguments, by reference where the caller gives one. */
function ExecuteModuleEventEx($event, $params = [])
{
    return EventManager::callLegacy($event, $params);
}

function ExecuteModuleEvent($event, ...$params)
{
    return EventManager::callLegacy($event, $params);
}

function AddMessage2Log($text, $module = '', $traceDepth = 6, $showArgs = false)
{
    if (defined('LOG_FILENAME')) {
        file_put_contents(LOG_FILENAME, date('c') . " $module $text\n", FILE_APPEND | LOCK_EX);
    }
}

function randString($length = 10, $chars = 'abcdefghijklnmopqrstuvwxyzABCDEFGHIJKLNMOPQRSTUVWXYZ0123456789')
{
    $text = '';
    for ($i = 0; $i < $length; $i++) {
        $text .= $chars[random_int(0, strlen($chars) - 1)];
    }
    return $text;
}

function CheckVersion($have, $need)
{
    return version_compare($have, $need) >= 0;
}

function ConvertTimeStamp($timestamp = false, $type = 'SHORT', $site = false)
{
    return date($type === 'FULL' ? 'd.m.Y H:i:s' : 'd.m.Y', $timestamp === false ? time() : (int)$timestamp);
}

function FormatDate($format = '', $timestamp = '', $now = false)
{
    return date($format === '' ? 'd.m.Y H:i:s' : (string)$format, (int)$timestamp);
}

function MakeTimeStamp($text, $format = false)
{
    $time = \DateTime::createFromFormat('d.m.Y H:i:s', (string)$text) ?: \DateTime::createFromFormat('!d.m.Y', (string)$text);
    return $time === false ? false : $time->getTimestamp();
}

function IsModuleInstalled($module)
{
    return \Bitrix\Main\ModuleManager::isModuleInstalled($module);
}

function ShowError($text, $class = 'errortext')
{
    echo '<p><font class="' . $class . '">' . $text . '</font></p>';
}

function ShowNote($text, $class = 'notetext')
{
    echo '<p><font class="' . $class . '">' . $text . '</font></p>';
}
