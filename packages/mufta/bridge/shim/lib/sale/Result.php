<?php

declare(strict_types=1);

namespace Bitrix\Sale;

use Bitrix\Main\Error;

/** Errors of children of an order arrive as warnings, and isSuccess() stays true. */
class Result extends \Bitrix\Main\Result
{
    private mixed $id = null;
    /** @var list<Error> */
    private array $warnings = [];

    public function setId($id)
    {
        $this->id = $id;
    }

    public function getId()
    {
        return $this->id;
    }

    public function addWarning(Error $error)
    {
        $this->warnings[] = $error;
        return $this;
    }

    public function addWarnings(array $errors)
    {
        array_map($this->addWarning(...), $errors);
        return $this;
    }

    public function hasWarnings()
    {
        return $this->warnings !== [];
    }

    public function getWarnings()
    {
        return $this->warnings;
    }

    public function getWarningMessages()
    {
        return array_map(static fn (Error $error) => $error->getMessage(), $this->warnings);
    }
}
