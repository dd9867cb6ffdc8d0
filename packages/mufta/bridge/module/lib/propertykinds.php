<?php

declare(strict_types=1);

namespace Mufta\Bridge;

/**
 * The properties that the orders of an answer have, each told once: [id, code, name, role]. An order tells the place
 * of its property in this list. Code and name are the order's own: they may have been others when it was placed.
 */
final class PropertyKinds
{
    /** @var list<array{string, ?string, string, ?string}> */
    private array $kinds = [];
    /** @var array<int, list<array{int, int}>> place and person type of the kinds of a property, by its id */
    private array $places = [];

    public function __construct(private readonly PropertyRoles $roles)
    {
    }

    /** @return list<array{string, ?string, string, ?string}> */
    public function all(): array
    {
        return $this->kinds;
    }

    /** @return array{int, string|list<string>|null} the place of its kind, and its value */
    public function shape(array $row, array $order): array
    {
        $place = $this->placeOf($row, (int)$order['PERSON_TYPE_ID']);
        return [$place, is_string($row['VALUE']) ? $row['VALUE'] : PropertyValue::shape($row['VALUE'])];
    }

    private function placeOf(array $row, int $personType): int
    {
        $id = (int)$row['ORDER_PROPS_ID'];
        $code = $row['CODE'] === null ? null : (string)$row['CODE'];
        $name = (string)$row['NAME'];
        foreach ($this->places[$id] ?? [] as [$place, $type]) {
            [, $knownCode, $knownName] = $this->kinds[$place];
            if ($knownName === $name && $knownCode === $code && $type === $personType) {
                return $place;
            }
        }
        $place = count($this->kinds);
        $role = $this->roles->roleOf($id, (string)$code, $personType);
        $this->kinds[] = [(string)$row['ORDER_PROPS_ID'], $code, $name, $role];
        $this->places[$id][] = [$place, $personType];
        return $place;
    }
}
