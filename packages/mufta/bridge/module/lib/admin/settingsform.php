<?php

declare(strict_types=1);

namespace Mufta\Bridge\Admin;

use Mufta\Bridge\Agent;
use Mufta\Bridge\ConnectorSettings;
use Mufta\Bridge\Dictionaries;
use Mufta\Bridge\Http;
use Mufta\Bridge\Outbox;
use Mufta\Bridge\Pairing;
use Mufta\Bridge\Pusher;
use Mufta\Bridge\Settings;
use Mufta\Bridge\State;
use Mufta\Bridge\VaultException;

/** What the settings page does with what was typed. The page itself only draws. */
final class SettingsForm
{
    /** Names of the form's fields begin with this. */
    public const PREFIX = 'mufta_bridge_';
    /** Each outcome with the key of its text. */
    public const OUTCOMES = [
        'saved' => 'MUFTA_BRIDGE_OUTCOME_SAVED',
        'restored' => 'MUFTA_BRIDGE_OUTCOME_RESTORED',
        'paired' => 'MUFTA_BRIDGE_OUTCOME_PAIRED',
        'unpaired' => 'MUFTA_BRIDGE_OUTCOME_UNPAIRED',
        'revived' => 'MUFTA_BRIDGE_OUTCOME_REVIVED',
        'check_ok' => 'MUFTA_BRIDGE_OUTCOME_CHECK_OK',
        'check_not_paired' => 'MUFTA_BRIDGE_OUTCOME_CHECK_NOT_PAIRED',
        'check_address' => 'MUFTA_BRIDGE_OUTCOME_CHECK_ADDRESS',
        'check_no_answer' => 'MUFTA_BRIDGE_OUTCOME_CHECK_NO_ANSWER',
        'check_not_a_runtime' => 'MUFTA_BRIDGE_OUTCOME_CHECK_NOT_A_RUNTIME',
        'check_refused' => 'MUFTA_BRIDGE_OUTCOME_CHECK_REFUSED',
        'pair_no_crypto_key' => 'MUFTA_BRIDGE_OUTCOME_PAIR_NO_CRYPTO_KEY',
        'pair_address' => 'MUFTA_BRIDGE_OUTCOME_PAIR_ADDRESS',
        'pair_code_form' => 'MUFTA_BRIDGE_OUTCOME_PAIR_CODE_FORM',
        'pair_no_answer' => 'MUFTA_BRIDGE_OUTCOME_PAIR_NO_ANSWER',
        'pair_code_refused' => 'MUFTA_BRIDGE_OUTCOME_PAIR_CODE_REFUSED',
        'pair_not_a_runtime' => 'MUFTA_BRIDGE_OUTCOME_PAIR_NOT_A_RUNTIME',
        'bad_address' => 'MUFTA_BRIDGE_OUTCOME_BAD_ADDRESS',
        'no_crypto_key' => 'MUFTA_BRIDGE_OUTCOME_NO_CRYPTO_KEY',
    ];
    private const DEFAULTS = [
        'mode' => 'production',
        'push' => 'Y',
        'push_private' => 'N',
        'frequency' => '60',
        'sites' => '',
    ];

    /** @param array<string, mixed> $post */
    public function __construct(private readonly array $post)
    {
    }

    /** Carries out the button that was pressed; returns one of OUTCOMES. */
    public function run(): string
    {
        try {
            return match (true) {
                $this->isPressed('RestoreDefaults') => $this->restore(),
                $this->isPressed(self::PREFIX . 'unpair') => $this->unpair(),
                $this->isPressed(self::PREFIX . 'revive') => $this->revive(),
                $this->isPressed(self::PREFIX . 'check') => $this->check(),
                $this->isPressed(self::PREFIX . 'pair') => $this->pair(),
                default => $this->save(),
            };
        } catch (VaultException) {
            return 'no_crypto_key';
        }
    }

    private function save(): string
    {
        // First what the address is judged by.
        Settings::set('push_private', $this->tick('push_private'));
        $url = rtrim($this->text('runtime_url'), '/');
        if ($url !== '' && !Http::isAllowed($url)) {
            return 'bad_address';
        }
        Settings::set('runtime_url', $url);
        Settings::set('site_url', rtrim($this->text('site_url'), '/'));
        Settings::set('mode', $this->text('mode') === 'test' ? 'test' : 'production');
        Settings::set('push', $this->tick('push'));
        Settings::set('sites', implode(',', $this->chosenSites()));
        $this->saveFrequency();
        foreach (ConnectorSettings::fields() as $index => $field) {
            $this->saveConnectorField($index, $field);
        }
        return 'saved';
    }

    private function pair(): string
    {
        $saved = $this->save();
        if ($saved !== 'saved') {
            return $saved;
        }
        $outcome = Pairing::pair($this->text('runtime_url'), $this->text('code'), $this->text('site_url'));
        return $outcome === 'paired' ? 'paired' : 'pair_' . $outcome;
    }

    private function unpair(): string
    {
        Settings::forgetCredentials();
        State::forget('push');
        return 'unpaired';
    }

    private function check(): string
    {
        $code = Pusher::check();
        return str_starts_with($code, 'http_') ? 'check_refused' : 'check_' . $code;
    }

    private function revive(): string
    {
        Outbox::reviveDead();
        return 'revived';
    }

    /** The pairing stays: its key cannot be typed again. */
    private function restore(): string
    {
        foreach (self::DEFAULTS as $name => $value) {
            Settings::set($name, $value);
        }
        Agent::reschedule(Settings::frequency());
        return 'restored';
    }

    private function saveFrequency(): void
    {
        $before = Settings::frequency();
        $seconds = min(86_400, max(Settings::MIN_FREQUENCY, (int)$this->text('frequency')));
        Settings::set('frequency', (string)$seconds);
        if ($seconds !== $before) {
            Agent::reschedule($seconds);
        }
    }

    /** An empty secret keeps the one that is stored: it was never shown. */
    private function saveConnectorField(int $index, array $field): void
    {
        $name = 'field_' . $index;
        if (($field['kind'] ?? '') === 'boolean') {
            ConnectorSettings::set($field, $this->tick($name));
            return;
        }
        $value = $this->text($name);
        if ($value !== '' || !ConnectorSettings::isSecret($field)) {
            ConnectorSettings::set($field, $value);
        }
    }

    /** @return list<string> only sites that exist; all of them ticked = no restriction */
    private function chosenSites(): array
    {
        $chosen = $this->post[self::PREFIX . 'sites'] ?? [];
        $known = array_column(Dictionaries::sites(), 'code');
        $sites = array_values(array_intersect($known, is_array($chosen) ? array_map(strval(...), $chosen) : []));
        return count($sites) === count($known) ? [] : $sites;
    }

    private function isPressed(string $button): bool
    {
        return (string)($this->post[$button] ?? '') !== '';
    }

    private function tick(string $name): string
    {
        return $this->text($name) === 'Y' ? 'Y' : 'N';
    }

    private function text(string $name): string
    {
        $value = $this->post[self::PREFIX . $name] ?? '';
        return is_string($value) ? trim($value) : '';
    }
}
