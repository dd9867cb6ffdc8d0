<?php

/**
 * What `php -l` checks, for many files in one start of PHP: each is compiled, none is run. Prints what PHP says; nothing
 * = all good. The first compile error ends the run. Needs opcache.enable_cli=1.
 * Usage: php -d opcache.enable_cli=1 lint.php <file>…
 */

declare(strict_types=1);

error_reporting(E_ALL);
ini_set('display_errors', '1');
ini_set('html_errors', '0');

foreach (array_slice($argv, 1) as $file) {
    if (!opcache_compile_file($file)) {
        echo "not compiled: $file\n";
    }
}
