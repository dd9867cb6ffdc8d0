<?php

declare(strict_types=1);

/** Looks into /local first, then into /bitrix. */
function getLocalPath($path, $baseFolder = '/bitrix')
{
    foreach (['/local/', $baseFolder . '/'] as $folder) {
        if (file_exists($_SERVER['DOCUMENT_ROOT'] . $folder . $path)) {
            return $folder . $path;
        }
    }
    return false;
}

function CheckDirPath($path)
{
    $folder = str_ends_with($path, '/') ? rtrim($path, '/') : dirname($path);
    return is_dir($folder) || @mkdir($folder, 0755, true);
}

function CopyDirFiles($from, $to, $rewrite = true, $recursive = false, $deleteAfterCopy = false, $exclude = '')
{
    Shim::point('CopyDirFiles');
    if (is_file($from)) {
        return CheckDirPath($to) && ($rewrite || !file_exists($to)) && copy($from, $to);
    }
    if (!is_dir($from)) {
        return false;
    }
    CheckDirPath(rtrim($to, '/') . '/');
    foreach (scandir($from) ?: [] as $name) {
        if ($name === '.' || $name === '..') {
            continue;
        }
        if (is_dir("$from/$name")) {
            $recursive && CopyDirFiles("$from/$name", "$to/$name", $rewrite, true);
        } elseif ($rewrite || !file_exists("$to/$name")) {
            copy("$from/$name", "$to/$name");
        }
    }
    return true;
}

/** Deletes in $to the files that are named in $from. */
function DeleteDirFiles($from, $to, $exclude = [])
{
    foreach (is_dir($from) ? scandir($from) ?: [] : [] as $name) {
        if (is_file("$from/$name") && is_file("$to/$name")) {
            unlink("$to/$name");
        }
    }
    return true;
}

/** Takes a path from the document root. Refuses only '' and '/', as the kernel does. */
function DeleteDirFilesEx($path, $root = false)
{
    if ($path === '' || $path === '/') {
        return false;
    }
    $full = ($root === false ? $_SERVER['DOCUMENT_ROOT'] : $root) . '/' . ltrim($path, '/');
    if (is_file($full) || is_link($full)) {
        return unlink($full);
    }
    foreach (is_dir($full) ? scandir($full) ?: [] : [] as $name) {
        if ($name !== '.' && $name !== '..') {
            DeleteDirFilesEx(rtrim($path, '/') . "/$name", $root);
        }
    }
    return is_dir($full) && rmdir($full);
}
