<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** One request of the runtime from its raw form to the answer. Nothing gets out but the protocol's own errors. */
final class Endpoint
{
    private const SECONDS = 20;
    private const WRITES = ['orders.patch', 'prices.write', 'stocks.write'];

    public static function answer(RawRequest $request): Answer
    {
        try {
            Gate::check($request);
            $call = Call::parse($request->body, new Deadline(self::SECONDS));
            State::set('last_call', $call->command);
            return Answer::result(self::run($call));
        } catch (Failure $failure) {
            return Answer::failure($failure);
        } catch (\Throwable $error) {
            Log::exception('COMMAND_FAILED', $error);
            return Answer::failure(new Failure('INTERNAL', 'The site failed; its event log names the place'));
        }
    }

    /** @return array<string, mixed>|Encoded */
    private static function run(Call $call): array|Encoded
    {
        $command = self::command($call->command);
        if ($command === null) {
            throw new Failure('UNKNOWN_COMMAND', 'This version of the module does not know the command');
        }
        if (!in_array($call->command, self::WRITES, true)) {
            return $command($call);
        }
        if ($call->key === '') {
            throw new Failure('BAD_REQUEST', 'A write needs a key', ['argument' => 'key']);
        }
        if (Settings::isTest()) {
            throw new Failure('REFUSED', 'The site is in test mode: it is read, but not written to', [
                'messages' => ['test mode'],
            ]);
        }
        return Applied::once($call, static fn (): array => $command($call));
    }

    /** One file after the other: orders, asked for all the time, load none of the others. */
    private static function command(string $name): ?callable
    {
        return Commands\Orders::table()[$name]
            ?? Commands\Site::table()[$name]
            ?? Commands\Catalog::table()[$name]
            ?? Commands\OutboxCommands::table()[$name]
            ?? null;
    }
}
