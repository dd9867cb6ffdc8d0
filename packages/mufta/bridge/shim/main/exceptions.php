<?php

declare(strict_types=1);

namespace Bitrix\Main {
    class SystemException extends \Exception
    {
        public function __construct($message = '', $code = 0, $file = '', $line = 0, ?\Throwable $previous = null)
        {
            parent::__construct((string)$message, (int)$code, $previous);
        }
    }

    class ArgumentException extends SystemException
    {
        public function __construct($message = '', protected $parameter = '', ?\Throwable $previous = null)
        {
            parent::__construct($message, 100, '', 0, $previous);
        }

        public function getParameter()
        {
            return $this->parameter;
        }
    }

    class ArgumentNullException extends ArgumentException
    {
        public function __construct($parameter, ?\Throwable $previous = null)
        {
            parent::__construct("Argument '$parameter' is null or empty", $parameter, $previous);
        }
    }

    class ArgumentOutOfRangeException extends ArgumentException
    {
        public function __construct($parameter, $lower = null, $upper = null, ?\Throwable $previous = null)
        {
            parent::__construct("The value of an argument '$parameter' is outside the allowable range", $parameter);
        }
    }

    class ArgumentTypeException extends ArgumentException
    {
    }

    class NotImplementedException extends SystemException
    {
    }

    class NotSupportedException extends SystemException
    {
    }

    class ObjectNotFoundException extends SystemException
    {
    }

    class ObjectPropertyException extends ArgumentException
    {
    }

    class InvalidOperationException extends SystemException
    {
    }

    class LoaderException extends SystemException
    {
    }

    class AccessDeniedException extends SystemException
    {
    }
}

namespace Bitrix\Main\DB {
    class SqlException extends \Bitrix\Main\SystemException
    {
        public function __construct($message = '', protected $databaseMessage = '', ?\Throwable $previous = null, $code = 400)
        {
            $text = $message . ($databaseMessage === '' ? '' : ": $databaseMessage");
            parent::__construct($text, $code, '', 0, $previous);
        }

        public function getDatabaseMessage()
        {
            return $this->databaseMessage;
        }
    }

    class ConnectionException extends SqlException
    {
    }

    class SqlQueryException extends SqlException
    {
        public function __construct($message = '', $databaseMessage = '', protected $query = '', ?\Throwable $previous = null, $code = 400)
        {
            parent::__construct($message, $databaseMessage, $previous, $code);
        }

        public function getQuery()
        {
            return $this->query;
        }
    }

    class DuplicateEntryException extends SqlQueryException
    {
    }

    class TransactionException extends SqlException
    {
    }
}
