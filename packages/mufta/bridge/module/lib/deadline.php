<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** The end of the time that a request or an agent may take. */
final class Deadline
{
    private float $end;

    public function __construct(float $seconds)
    {
        $this->end = microtime(true) + $seconds;
    }

    public function isOver(): bool
    {
        return microtime(true) >= $this->end;
    }

    public function secondsLeft(): float
    {
        return max(0.0, $this->end - microtime(true));
    }

    /** @throws Failure TIME_OVER */
    public function check(): void
    {
        if ($this->isOver()) {
            throw new Failure('TIME_OVER', 'The site did not finish in time; ask for less at once');
        }
    }
}
