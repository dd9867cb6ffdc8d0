<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/** Rows sorted by what they belong to, handed out owner by owner: no list of all groups is held. */
final class Owned
{
    private readonly \Iterator $rows;

    /** @param iterable<array<string, mixed>> $rows ascending by the field */
    public function __construct(iterable $rows, private readonly string $field)
    {
        $this->rows = is_array($rows) ? new \ArrayIterator($rows) : $rows;
    }

    /** @return list<array<string, mixed>> each owner may be asked for once, ascending */
    public function of(int $owner): array
    {
        $own = [];
        for (; $this->rows->valid(); $this->rows->next()) {
            $row = $this->rows->current();
            $of = (int)$row[$this->field];
            if ($of > $owner) {
                break;
            }
            if ($of === $owner) {
                $own[] = $row;
            }
        }
        return $own;
    }
}
