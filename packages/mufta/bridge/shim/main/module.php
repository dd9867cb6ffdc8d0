<?php

declare(strict_types=1);

/** Base of every installer. The properties are declared, so assigning them raises no deprecation. */
class CModule
{
    public $MODULE_NAME;
    public $MODULE_DESCRIPTION;
    public $MODULE_VERSION;
    public $MODULE_VERSION_DATE;
    public $MODULE_ID;
    public $MODULE_SORT = 10000;
    public $SHOW_SUPER_ADMIN_GROUP_RIGHTS;
    public $MODULE_GROUP_RIGHTS;
    public $PARTNER_NAME;
    public $PARTNER_URI;

    public function DoInstall()
    {
    }

    public function DoUninstall()
    {
    }

    public function InstallDB()
    {
        return false;
    }

    public function UnInstallDB()
    {
    }

    public function InstallEvents()
    {
    }

    public function UnInstallEvents()
    {
    }

    public function InstallFiles()
    {
    }

    public function UnInstallFiles()
    {
    }

    public function GetModuleRightList()
    {
        return ['reference_id' => ['D', 'R', 'W'], 'reference' => ['[D] denied', '[R] read', '[W] write']];
    }

    public function IsInstalled()
    {
        return \Bitrix\Main\ModuleManager::isModuleInstalled($this->MODULE_ID);
    }

    public static function IncludeModule($id)
    {
        return \Bitrix\Main\Loader::includeModule($id);
    }

    /** Includes install/index.php once; the class is the id with its dots as underscores; no arguments. */
    public static function CreateModuleObject($id)
    {
        $folder = getLocalPath("modules/$id");
        if ($folder === false) {
            return false;
        }
        include_once $_SERVER['DOCUMENT_ROOT'] . "$folder/install/index.php";
        $class = str_replace('.', '_', $id);
        return class_exists($class) ? new $class() : false;
    }
}

class CApplicationException
{
    public function __construct(public $msg, public $id = false)
    {
    }

    public function GetString()
    {
        return $this->msg;
    }

    public function GetID()
    {
        return $this->id;
    }
}

class CMain
{
    private ?CApplicationException $exception = null;
    private string $title = '';

    public function ThrowException($message, $id = false)
    {
        $this->exception = $message instanceof CApplicationException ? $message : new CApplicationException($message, $id);
    }

    public function GetException()
    {
        return $this->exception ?? false;
    }

    public function ResetException()
    {
        $this->exception = null;
    }

    public function SetTitle($title)
    {
        $this->title = (string)$title;
    }

    public function GetTitle()
    {
        return $this->title;
    }

    public function GetCurPage($withIndex = null)
    {
        return strtok($_SERVER['REQUEST_URI'] ?? '/', '?');
    }

    public function GetCurPageParam($add = '', $remove = [], $withIndex = null)
    {
        $query = array_diff_key($_GET, array_flip($remove));
        $text = implode('&', array_filter([$add, http_build_query($query)]));
        return $this->GetCurPage() . ($text === '' ? '' : "?$text");
    }

    /** Prints the admin page around the file, and then dies: code after the call never runs. */
    public function IncludeAdminFile($title, $file)
    {
        global $APPLICATION, $USER, $DB;
        $this->SetTitle($title);
        echo '<!DOCTYPE html><html><head><title>' . htmlspecialcharsbx($title) . '</title></head><body><h1>'
            . htmlspecialcharsbx($title) . '</h1>';
        include $file;
        echo '</body></html>';
        \Bitrix\Main\Application::getInstance()->end();
    }

    public static function GetGroupRight($module, $groups = false, $useDefault = 'Y', $useAdminRight = 'Y', $site = false)
    {
        return $GLOBALS['USER']?->rightFor($module) ?? 'D';
    }

    public static function GetUserRight($module, $groups = false, $useDefault = 'Y', $useAdminRight = 'Y')
    {
        return self::GetGroupRight($module);
    }

    public function AuthForm($text)
    {
        http_response_code(403);
        echo htmlspecialcharsbx(is_array($text) ? $text['MESSAGE'] ?? '' : $text);
        \Bitrix\Main\Application::getInstance()->end();
    }

    public function AddHeadString($text, $unique = false)
    {
    }

    public function AddHeadScript($path)
    {
    }

    public function SetAdditionalCSS($path)
    {
    }

    public function RestartBuffer()
    {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
    }
}

/** Who is asking: the cookie SHIM_USER names a group: admin, writer (W), reader (R) or nobody. */
class CUser
{
    private const RIGHTS = ['admin' => 'W', 'writer' => 'W', 'reader' => 'R'];

    public function __construct(private string $group = '')
    {
    }

    public static function fromCookie(): self
    {
        return new self((string)($_COOKIE['SHIM_USER'] ?? ''));
    }

    public function rightFor(string $module): string
    {
        return self::RIGHTS[$this->group] ?? 'D';
    }

    public function IsAdmin()
    {
        return $this->group === 'admin';
    }

    public function IsAuthorized()
    {
        return $this->group !== '';
    }

    public function GetID()
    {
        return $this->group === '' ? null : '1';
    }

    public function CanDoOperation($operation, $userId = 0)
    {
        return $this->group === 'admin';
    }

    public function GetUserGroupArray()
    {
        return $this->group === 'admin' ? [1, 2] : [2];
    }
}
