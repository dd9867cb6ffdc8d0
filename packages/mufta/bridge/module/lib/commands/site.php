<?php

declare(strict_types=1);

namespace Mufta\Bridge\Commands;

use Bitrix\Main\Application;
use Bitrix\Main\ModuleManager;
use Mufta\Bridge\Call;
use Mufta\Bridge\Clock;
use Mufta\Bridge\ConnectorSettings;
use Mufta\Bridge\Dictionaries;
use Mufta\Bridge\Module;
use Mufta\Bridge\Outbox;
use Mufta\Bridge\Settings;
use Mufta\Bridge\State;

/** Facts about the site as a whole. */
final class Site
{
    /** @return array<string, callable(Call): array<string, mixed>> */
    public static function table(): array
    {
        return [
            'health' => self::health(...),
            'dictionaries' => self::dictionaries(...),
            'settings.read' => self::settings(...),
        ];
    }

    private static function health(Call $call): array
    {
        $call->args->allow();
        $agent = State::changedAt('agent');
        $connection = Application::getConnection();
        $sites = Settings::sites();
        return [
            'module' => Module::ID,
            'version' => Module::version(),
            'php' => PHP_VERSION,
            'main' => (string)ModuleManager::getVersion('main'),
            'site' => Settings::siteUrl(),
            'time' => Clock::fromUnix(time()),
            'timezone' => date_default_timezone_get(),
            'encoding' => 'utf-8',
            'database' => trim($connection->getType() . ' ' . ($connection->getVersion()[0] ?? '')),
            'outbox' => Outbox::counts(),
            'lastAgentRun' => $agent === null ? null : Clock::fromUnix($agent),
            'sites' => $sites === [] ? array_column(Dictionaries::sites(), 'code') : $sites,
        ];
    }

    private static function dictionaries(Call $call): array
    {
        $call->args->allow();
        return Dictionaries::all();
    }

    /** The connector's settings that the administrator typed on the site's page; secrets are boxed. */
    private static function settings(Call $call): array
    {
        $call->args->allow();
        return [
            'mode' => Settings::isTest() ? 'test' : 'production',
            'values' => (object)ConnectorSettings::forRuntime(),
        ];
    }
}
