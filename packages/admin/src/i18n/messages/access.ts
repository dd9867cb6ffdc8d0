import type { Phrases } from '../phrase.ts'

export const access = {
  'login.title': ['Sign in to Mufta', 'Вход в Mufta'],
  'login.login': ['Login', 'Логин'],
  'login.password': ['Password', 'Пароль'],
  'login.bad': ['Wrong login or password', 'Неверный логин или пароль'],
  'login.again': [
    'Your session has ended. Sign in again; what you typed on the page is kept.',
    'Сеанс закончился. Войдите снова; введённое на странице сохранено.',
  ],
  'login.needsFirst': [
    'There is no administrator yet. Open the one-time link that the command line printed (mufta users invite).',
    'Администратора ещё нет. Откройте одноразовую ссылку, которую напечатала командная строка (mufta users invite).',
  ],
  'login.portalFailed': [
    'The portal did not confirm you. Close and open the application again.',
    'Портал вас не подтвердил. Закройте и снова откройте приложение.',
  ],
  'first.title': ['The first administrator', 'Первый администратор'],
  'first.text': [
    'Choose a login and a password of at least 10 characters.',
    'Придумайте логин и пароль не короче 10 знаков.',
  ],
  'first.repeat': ['Password once more', 'Пароль ещё раз'],
  'first.differs': ['The passwords differ', 'Пароли не совпадают'],
  'first.short': ['At least 10 characters', 'Не меньше 10 знаков'],
  'first.noToken': [
    'This address has no one-time token. Open the link from the command line whole.',
    'В адресе нет одноразового кода. Откройте ссылку из командной строки целиком.',
  ],
  'first.do': ['Create', 'Создать'],
  'access.title': ['Access', 'Доступ'],
  'access.tab.users': ['People', 'Люди'],
  'access.tab.audit': ['Changes', 'Изменения'],
  'access.role': ['Role', 'Роль'],
  'access.roleHint': [
    'A viewer looks, an operator retries and pauses, an administrator changes settings.',
    'Наблюдатель смотрит, оператор повторяет и ставит на паузу, администратор меняет настройки.',
  ],
  'access.add': ['Add a person', 'Добавить человека'],
  'access.inviteHint': [
    'Leave the password empty to get a one-time link: the person chooses it.',
    'Оставьте пароль пустым, чтобы получить одноразовую ссылку: пароль выберет сам человек.',
  ],
  'access.link': ['One-time link for {login}', 'Одноразовая ссылка для {login}'],
  'access.linkText': [
    'Hand it over yourself. It works once, until {at}, and is not shown again.',
    'Передайте её сами. Действует один раз, до {at}, и больше не показывается.',
  ],
  'access.added': ['{login} can sign in now', '{login} теперь может войти'],
  'access.roleChanged': ['{login} is now {role}', '{login}: теперь {role}'],
  'access.removeTitle': ['Remove {login}?', 'Удалить {login}?'],
  'access.removeText': ['The person is signed out at once.', 'Человек сразу потеряет доступ.'],
  'access.removed': ['{login} is removed', '{login}: доступ удалён'],
  'access.you': ['you', 'вы'],
  'access.auditEmpty': ['Nobody changed anything yet', 'Пока никто ничего не менял'],
  'access.action': ['Action', 'Действие'],
  'access.adminOnly': ['Only an administrator sees this page.', 'Эту страницу видит только администратор.'],
} as const satisfies Phrases
