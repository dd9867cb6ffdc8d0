<?php

declare(strict_types=1);

namespace Bitrix\Main\ORM\Fields;

/** new ExpressionField('CNT', 'COUNT(*)') or ('X', 'MAX(%s)', ['ID']). */
class ExpressionField
{
    public function __construct(private $name, private $expression, private $buildFrom = [])
    {
    }

    public function getName()
    {
        return $this->name;
    }

    public function compile(\Bitrix\Main\DB\SqlHelper $helper): string
    {
        return vsprintf($this->expression, array_map($helper->quote(...), (array)$this->buildFrom));
    }
}
