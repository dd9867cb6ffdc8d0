<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Who the module is. */
final class Module
{
    public const ID = 'mufta.bridge';
    public const PROTOCOL = 1;
    /** The agent's name is the statement that the kernel evaluates. */
    public const AGENT = '\Mufta\Bridge\Agent::run();';

    public static function version(): string
    {
        $arModuleVersion = [];
        include dirname(__DIR__) . '/install/version.php';
        return (string)($arModuleVersion['VERSION'] ?? '0.0.0');
    }

    /** Path and query of the endpoint. The controller's name is "bridge", its action "call". */
    public static function endpointPath(): string
    {
        $parts = explode('.', self::ID, 2);
        return '/bitrix/services/main/ajax.php?action=' . $parts[0] . ':' . ($parts[1] ?? '') . '.bridge.call';
    }

    /** A name for the database's named locks. */
    public static function lockName(string $what): string
    {
        return 'mufta_bridge_' . $what;
    }
}
