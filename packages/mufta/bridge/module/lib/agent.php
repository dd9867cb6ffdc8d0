<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** The kernel's timer: delivers what no request could, tidies up, and follows an update. */
final class Agent
{
    private const SECONDS = 25;

    /** Always returns its own name: an empty answer or an exception would be the end of the agent. */
    public static function run(): string
    {
        try {
            Sql::locked('agent', 0, self::work(...));
        } catch (Failure) {
            // BUSY: another run is at work; nothing is left to do for this one.
            return Module::AGENT;
        } catch (\Throwable $error) {
            Log::exception('AGENT_FAILED', $error);
        }
        return Module::AGENT;
    }

    /** Another rhythm, when the administrator changed the frequency. */
    public static function reschedule(int $seconds): void
    {
        \CAgent::RemoveAgent(Module::AGENT, Module::ID);
        self::ensure($seconds);
    }

    /** Adds the agent where it is missing. */
    public static function ensure(int $seconds): void
    {
        \CAgent::AddAgent(Module::AGENT, Module::ID, 'N', $seconds, '', 'Y', '', 100, false, false);
    }

    private static function work(): void
    {
        State::set('agent', (string)time());
        Upgrade::ifNeeded();
        Cleaner::run();
        Pusher::push(new Deadline(self::SECONDS));
    }
}
