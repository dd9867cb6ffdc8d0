<?php

declare(strict_types=1);

namespace Bitrix\Main;

class Result
{
    protected bool $isSuccess = true;
    protected ErrorCollection $errors;
    protected array $data = [];

    public function __construct()
    {
        $this->errors = new ErrorCollection();
    }

    public function isSuccess()
    {
        return $this->isSuccess;
    }

    public function addError(Error $error)
    {
        $this->isSuccess = false;
        $this->errors->setError($error);
        return $this;
    }

    public function addErrors(array $errors)
    {
        foreach ($errors as $error) {
            $this->addError($error);
        }
        return $this;
    }

    public function getErrors()
    {
        return $this->errors->toArray();
    }

    public function getError()
    {
        return $this->getErrors()[0] ?? null;
    }

    public function getErrorCollection()
    {
        return $this->errors;
    }

    public function getErrorMessages()
    {
        return array_map(static fn (Error $error) => $error->getMessage(), $this->getErrors());
    }

    public function setData(array $data)
    {
        $this->data = $data;
        return $this;
    }

    public function getData()
    {
        return $this->data;
    }
}
