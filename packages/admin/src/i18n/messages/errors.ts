import type { Phrases } from '../phrase.ts'

export const errors = {
  'error.title': ['This did not work', 'Не получилось'],
  'error.offline': ['The server does not answer', 'Сервер не отвечает'],
  'error.offlineDo': [
    'Check that Mufta runs and that you are on its network, then try again. Nothing you typed is lost.',
    'Проверьте, что Mufta запущена и сеть доступна, и повторите. Введённое не потеряно.',
  ],
  'error.strange': [
    'The server gave an answer that this page does not understand',
    'Сервер ответил непонятно для этой страницы',
  ],
  'error.strangeDo': [
    'A proxy between may be in the way, or the page is older than the server: reload it.',
    'Возможно, мешает прокси или страница старее сервера: перезагрузите её.',
  ],
  'error.401': ['You are signed out', 'Вы не вошли'],
  'error.401Do': ['Sign in again.', 'Войдите снова.'],
  'error.403': ['Your role does not allow this', 'Ваша роль этого не позволяет'],
  'error.403Do': ['Ask an administrator.', 'Обратитесь к администратору.'],
  'error.404': ['There is no such thing', 'Такого нет'],
  'error.404Do': [
    'It may have been removed meanwhile. Go back to the list.',
    'Возможно, это уже удалили. Вернитесь к списку.',
  ],
  'error.409': ['Somebody changed it meanwhile', 'За это время кто-то внёс изменения'],
  'error.409Do': ['Load it anew and repeat your change.', 'Загрузите заново и повторите правку.'],
  'error.409Other': ['This cannot be done now', 'Сейчас так сделать нельзя'],
  'error.409OtherDo': [
    'See what the server says, then try again.',
    'Посмотрите, что говорит сервер, и повторите.',
  ],
  'error.422': ['Some fields are not right', 'Некоторые поля заполнены неверно'],
  'error.422Do': ['Look at the marked fields.', 'Посмотрите отмеченные поля.'],
  'error.429': ['Too many tries', 'Слишком много попыток'],
  'error.429Do': ['Wait a minute and try again.', 'Подождите минуту и повторите.'],
  'error.500': ['Mufta could not do this', 'Mufta не смогла это сделать'],
  'error.500Do': [
    'Try again; if it stays, look into the logs.',
    'Повторите; если не помогает, посмотрите логи.',
  ],
  'error.technical': ['Technical detail', 'Технически'],
  'error.pageMissing': ['There is no such page', 'Такой страницы нет'],
} as const satisfies Phrases
