<?php

declare(strict_types=1);

namespace Mufta\Bridge;

use Bitrix\Sale\Internals\OrderPropsTable;

/** Which order property holds the buyer's e-mail, phone, name …: by its flag; by its code where no flag is set. */
final class PropertyRoles
{
    private const FLAGS = [
        'IS_EMAIL' => 'email',
        'IS_PHONE' => 'phone',
        'IS_PAYER' => 'name',
        'IS_ZIP' => 'zip',
        'IS_LOCATION' => 'location',
        'IS_ADDRESS' => 'address',
    ];
    /** Customs of many shops, not rules. */
    private const CODES = [
        'EMAIL' => 'email',
        'E_MAIL' => 'email',
        'PHONE' => 'phone',
        'FIO' => 'name',
        'NAME' => 'name',
        'CONTACT_PERSON' => 'name',
        'ADDRESS' => 'address',
        'ZIP' => 'zip',
        'LOCATION' => 'location',
    ];

    /** @var array<int, string|null> property id => role by flag */
    private array $byId = [];
    /** @var array<int, array<string, true>> person type => roles that a flag gives */
    private array $flagged = [];

    public function __construct()
    {
        $select = ['ID', 'PERSON_TYPE_ID', 'IS_PROFILE_NAME', ...array_keys(self::FLAGS)];
        $rows = Rows::all(OrderPropsTable::class, $select, [], ['ID' => 'ASC']);
        $withPayer = [];
        foreach ($rows as $row) {
            if ($row['IS_PAYER'] === 'Y') {
                $withPayer[(int)$row['PERSON_TYPE_ID']] = true;
            }
        }
        foreach ($rows as $row) {
            $type = (int)$row['PERSON_TYPE_ID'];
            $role = $this->byFlag($row, isset($withPayer[$type]));
            $this->byId[(int)$row['ID']] = $role;
            if ($role !== null) {
                $this->flagged[$type][$role] = true;
            }
        }
    }

    public function roleOf(int $propertyId, string $code, int $personType): ?string
    {
        $role = $this->byId[$propertyId] ?? null;
        if ($role !== null) {
            return $role;
        }
        $guess = self::CODES[strtoupper($code)] ?? null;
        return $guess === null || isset($this->flagged[$personType][$guess]) ? null : $guess;
    }

    /** The name of the buyer's profile stands in where no property is the payer's. */
    private function byFlag(array $row, bool $hasPayer): ?string
    {
        foreach (self::FLAGS as $flag => $role) {
            if ($row[$flag] === 'Y') {
                return $role;
            }
            if ($flag === 'IS_PAYER' && !$hasPayer && $row['IS_PROFILE_NAME'] === 'Y') {
                return 'name';
            }
        }
        return null;
    }
}
