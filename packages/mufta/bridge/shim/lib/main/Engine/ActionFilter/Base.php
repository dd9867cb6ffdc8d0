<?php

declare(strict_types=1);

namespace Bitrix\Main\Engine\ActionFilter;

use Bitrix\Main\Engine\Action;
use Bitrix\Main\Error;
use Bitrix\Main\ErrorCollection;
use Bitrix\Main\Event;

abstract class Base
{
    protected ErrorCollection $errorCollection;
    protected ?Action $action = null;

    public function __construct()
    {
        $this->errorCollection = new ErrorCollection();
    }

    public function bindAction(Action $action)
    {
        $this->action = $action;
        return $this;
    }

    public function getAction()
    {
        return $this->action;
    }

    public function onBeforeAction(Event $event)
    {
        return null;
    }

    public function onAfterAction(Event $event)
    {
        return null;
    }

    protected function addError(Error $error)
    {
        $this->errorCollection->setError($error);
        return $this;
    }

    /** A child that does not call the parent's constructor has no collection: the real class fails as well. */
    public function getErrors()
    {
        return $this->errorCollection->toArray();
    }
}
