<?php

/**
 * Checks of the module's parts that need no kernel: numbers, JSON, signatures, pairing, secrets, arguments.
 * Prints one line per check that failed and ends with 1, or says how many were right.
 * Usage: php units.php [folder of the module] [folder of the contract]
 */

declare(strict_types=1);

namespace Bitrix\Main\Config {
    /** The only thing of the kernel that these parts ask for. */
    final class Configuration
    {
        public static ?string $key = 'k';

        public static function getValue(string $name): mixed
        {
            return $name === 'crypto' && self::$key !== null ? ['crypto_key' => self::$key] : null;
        }
    }
}

namespace {
    use Bitrix\Main\Config\Configuration;
    use Mufta\Bridge\Args;
    use Mufta\Bridge\Clock;
    use Mufta\Bridge\Decimal;
    use Mufta\Bridge\Failure;
    use Mufta\Bridge\JsonCodec;
    use Mufta\Bridge\Pairing;
    use Mufta\Bridge\PropertyValue;
    use Mufta\Bridge\Rows;
    use Mufta\Bridge\Signer;
    use Mufta\Bridge\Snapshot;
    use Mufta\Bridge\Vault;
    use Mufta\Bridge\VaultException;

    error_reporting(E_ALL);
    set_error_handler(static function (int $level, string $text): never {
        throw new ErrorException($text, 0, $level);
    });
    $module = $argv[1] ?? __DIR__ . '/../module';
    $contract = $argv[2] ?? __DIR__ . '/../../../bitrix/src/bridge/contract';
    spl_autoload_register(static function (string $class) use ($module): void {
        $path = strtolower(str_replace("\\", "/", substr($class, strlen("Mufta\Bridge\\"))));
        $file = "$module/lib/$path.php";
        if (str_starts_with($class, 'Mufta\Bridge\\') && is_file($file)) {
            require $file;
        }
    });

    $done = 0;
    $failed = [];
    $same = static function (string $what, mixed $expected, mixed $given) use (&$done, &$failed): void {
        $done++;
        if ($expected !== $given) {
            $failed[] = $what . ': expected ' . var_export($expected, true) . ', got ' . var_export($given, true);
        }
    };
    $thrown = static function (callable $work): string {
        try {
            $work();
        } catch (Failure $failure) {
            return $failure->reason;
        } catch (Throwable $error) {
            return get_class($error);
        }
        return 'nothing';
    };

    $numbers = [
        [0.1 + 0.2, '0.3'], [1.0, '1'], [1990.00, '1990'], [-0.0, '0'], [0, '0'], ['1990.0000', '1990'],
        ['0.00000001', '0.00000001'], [0.00000001, '0.00000001'], [1.355, '1.355'], [123456789012.1, '123456789012.1'],
        ['123456789012345678.1234', '123456789012345678.1234'], ['-00012.50', '-12.5'], ['.5', '0.5'], ['1e3', '1000'],
        [19.99 * 3, '59.97'], [1799.9, '1799.9'], ['', null], [null, null], ['12a', null], [NAN, null], [INF, null],
        [99999999.99, '99999999.99'], [-200.5, '-200.5'], [1.1e-9, '0'], ['-0.0', '0'], [1e15, '1000000000000000'],
        ['0.0000', '0'], ['10.0000', '10'], ['100', '100'], ['00.50', '0.5'], ['12345678901234567.8900', '12345678901234567.89'],
        ['-0.0000', '0'], ["1.5\n", '1.5'], ['1.2.3', null],
    ];
    foreach ($numbers as [$number, $text]) {
        $same('decimal ' . var_export($number, true), $text, Decimal::text($number));
    }
    foreach ([[0.2, '20'], [0.07, '7'], ['0.1000', '10'], [null, null], [0.0, '0'], [0.055, '5.5']] as [$rate, $text]) {
        $same('percent ' . var_export($rate, true), $text, Decimal::percent($rate));
    }

    $hostile = "Ёлка 😀 ' \" \\ \0 </script>";
    $same('hostile text survives JSON', [$hostile], JsonCodec::decode(JsonCodec::encode([$hostile])));
    $same('an empty map stays a map', '{"a":{}}', JsonCodec::encode(['a' => new stdClass()]));
    $same('1.0 stays a float', '[1.0]', JsonCodec::encode([1.0]));
    $same('bad UTF-8 does not lose the rest', '["a' . "\u{FFFD}" . 'b"]', JsonCodec::encode(["a\xffb"]));
    $same('big integers stay exact', ['12345678901234567890'], JsonCodec::decode('[12345678901234567890]'));
    foreach (['', 'null', '1', '"a"', '{', '<html>', '[1,]'] as $text) {
        $same("no JSON object: $text", 'JsonException', $thrown(static fn () => JsonCodec::decode($text)));
    }

    $vectors = JsonCodec::decode((string)file_get_contents($contract . '/hmac-vectors.json'));
    foreach ($vectors['requests'] as $vector) {
        $body = match (true) {
            isset($vector['bodyBase64']) => (string)base64_decode($vector['bodyBase64'], true),
            isset($vector['bodyRepeat']) => $vector['bodyRepeat'],
            default => $vector['body'],
        };
        if (is_array($body)) {
            $body = str_repeat($body['text'] ?? '', intdiv($body['bytes'] ?? 0, max(1, strlen($body['text'] ?? ''))));
        }
        $same(
            'signature of ' . $vector['name'],
            $vector['signature'],
            Signer::sign(
                $vector['secret'],
                (string)$vector['time'],
                $vector['nonce'],
                $vector['method'],
                $vector['target'],
                $body
            )
        );
    }
    foreach ($vectors['pairing'] as $vector) {
        $letters = Pairing::letters($vector['typed']);
        $same('letters of ' . $vector['typed'], $vector['letters'], $letters);
        $proof = Pairing::proof($letters, $vector['nonce'], $vector['siteUrl'], $vector['moduleId']);
        $same('proof of ' . $vector['connection'], $vector['proof'], $proof);
        $opened = Pairing::open($letters, $vector['nonce'], $vector['box']);
        $same('key of ' . $vector['connection'], $vector['opened']['key'], $opened?->keyId);
        $same('secret of ' . $vector['connection'], $vector['opened']['secret'], $opened?->secret);
        $other = Pairing::open('A' . substr($letters, 1), $vector['nonce'], $vector['box']);
        $same('another code opens nothing', null, $other);
        $same('a broken box opens nothing', null, Pairing::open($letters, $vector['nonce'], 'AAAA'));
    }

    $sealed = Vault::seal('secret', 'sentinel');
    $same('a sealed secret has its prefix', true, str_starts_with($sealed, 'v1:'));
    $same('a sealed secret does not show', false, str_contains((string)base64_decode(substr($sealed, 3)), 'sentinel'));
    $same('equal secrets look different', false, $sealed === Vault::seal('secret', 'sentinel'));
    $same('a sealed secret opens', 'sentinel', Vault::open('secret', $sealed));
    $broken = substr($sealed, 0, -4) . (str_ends_with($sealed, 'AAA=') ? 'BBB=' : 'AAA=');
    foreach (
        [
            'under another name' => static fn () => Vault::open('other', $sealed),
            'altered' => static fn () => Vault::open('secret', $broken),
            'in clear' => static fn () => Vault::open('secret', 'sentinel'),
        ] as $how => $work
    ) {
        $same("a secret $how does not open", VaultException::class, $thrown($work));
    }
    Configuration::$key = 'another';
    $same('another crypto_key', VaultException::class, $thrown(static fn () => Vault::open('secret', $sealed)));
    Configuration::$key = null;
    $same('no crypto_key, no reading', VaultException::class, $thrown(static fn () => Vault::open('secret', $sealed)));
    $same('no crypto_key, no storing', VaultException::class, $thrown(static fn () => Vault::seal('secret', 's')));

    $args = new Args(['id' => '12', 'n' => 5, 'list' => ['1', '2', '2'], 'map' => ['a' => '1.5'], 'no' => null]);
    $same('an id', 12, $args->id('id'));
    $same('ids, each once', [1, 2], $args->ids('list', 3));
    $same('a decimal stays text', '1.5', $args->map('map')->decimal('a'));
    $wrong = [
        'unknown argument' => static fn () => $args->allow('id'),
        'id as number' => static fn () => (new Args(['id' => 12]))->id('id'),
        'id with a zero' => static fn () => (new Args(['id' => '012']))->id('id'),
        'id with a line feed' => static fn () => (new Args(['id' => "1\n"]))->id('id'),
        'too many ids' => static fn () => $args->ids('list', 2),
        'no ids' => static fn () => (new Args(['ids' => []]))->ids('ids', 2),
        'number out of range' => static fn () => $args->int('n', 1, 4),
        'number as text' => static fn () => $args->int('id', 1, 99),
        'time without offset' => static fn () => (new Args(['t' => '2026-01-01T00:00:00']))->timeOrNull('t'),
        'decimal with exponent' => static fn () => (new Args(['d' => '1e3']))->decimal('d'),
        'text that is not UTF-8' => static fn () => (new Args(['t' => "\xff"]))->text('t', 9),
    ];
    foreach ($wrong as $what => $work) {
        $same($what, 'BAD_REQUEST', $thrown($work));
    }

    $same('a file is its id', '7', PropertyValue::shape(['ID' => 7, 'SRC' => '/x']));
    $same('a list', ['Утром', 'Y'], PropertyValue::shape(['Утром', null, true]));

    date_default_timezone_set('Europe/Moscow');
    $same('a time of the database', '2026-07-01T10:00:00+03:00', Clock::fromText('2026-07-01 10:00:00'));
    date_default_timezone_set('Europe/Berlin');
    $same('its summer', '2026-07-01T10:00:00+02:00', Clock::fromText('2026-07-01 10:00:00'));
    $same('its winter', '2026-01-01T10:00:00+01:00', Clock::fromText('2026-01-01 10:00:00'));
    $same('the seconds of a minute', ['2026-01-01T10:00:01+01:00', '2026-01-01T10:00:59+01:00'], [
        Clock::fromText('2026-01-01 10:00:01'), Clock::fromText('2026-01-01 10:00:59.5'),
    ]);
    date_default_timezone_set('Asia/Kolkata');
    $same('the same text in another zone', '2026-01-01T10:00:01+05:30', Clock::fromText('2026-01-01 10:00:01'));
    $same('no time', [null, null], [Clock::fromText(null), Clock::fromText('0000-00-00 00:00:00')]);

    $same('ids close together are a range', ['>=ID' => 4, '<=ID' => 8], Rows::about('ID', [8, 4, 5, 7, 6]));
    $same('one id too', ['>=ID' => 4, '<=ID' => 4], Rows::about('ID', [4]));
    $same('ids far from each other are a list', ['@ID' => [4, 9]], Rows::about('ID', [4, 9]));

    $order = static fn (int $place): array => ['version' => $place, 'updatedAt' => "$place", 'properties' => [[$place, 'a']]];
    $kinds = [['1', 'FIO', 'Имя', 'name'], ['2', null, '', null], ['1', 'FIO', 'Имя', 'name']];
    $same('a look does not depend on places', Snapshot::of($order(0), $kinds), Snapshot::of($order(2), $kinds));
    $same('another property looks different', false, Snapshot::of($order(0), $kinds) === Snapshot::of($order(1), $kinds));

    echo implode("\n", $failed), $failed === [] ? "$done checks were right" : '', "\n";
    exit($failed === [] ? 0 : 1);
}
