import { inLanguages } from '../../../messages/language.ts';

type Told = Readonly<Record<string, string>>;

export const logsMessages = inLanguages(
  {
    title: 'Logs',
    about: 'What the services logged about this order, the newest first.',
    show: 'Show logs',
    hide: 'Hide logs',
    level: 'Level',
    all: 'All',
    andAbove: { INFO: 'Info and above', WARN: 'Warnings and errors', ERROR: 'Errors only' } as Told,
    levels: { DEBUG: 'Debug', INFO: 'Info', WARN: 'Warning', ERROR: 'Error', FATAL: 'Fatal' } as Told,
    refresh: 'Refresh',
    none: 'No log records of this order. They are kept for a limited time.',
    noneOfLevel: 'No log records of this level.',
    gone: 'The logs could not be loaded.',
    more: 'Load more',
    list: 'Log records, the newest first',
    noFields: 'It holds no other fields.',
    trace: 'Show trace',
    traceId: 'Trace',
  },
  {
    title: 'Log',
    about: 'Những gì các dịch vụ đã ghi log về đơn này, mới nhất ở trên.',
    show: 'Hiện log',
    hide: 'Ẩn log',
    level: 'Mức',
    all: 'Tất cả',
    andAbove: { INFO: 'Từ info trở lên', WARN: 'Cảnh báo và lỗi', ERROR: 'Chỉ lỗi' },
    levels: { DEBUG: 'Debug', INFO: 'Info', WARN: 'Cảnh báo', ERROR: 'Lỗi', FATAL: 'Nghiêm trọng' },
    refresh: 'Làm mới',
    none: 'Không có bản ghi log nào của đơn này. Log chỉ được giữ trong một thời gian.',
    noneOfLevel: 'Không có bản ghi log nào ở mức này.',
    gone: 'Không tải được log.',
    more: 'Tải thêm',
    list: 'Các bản ghi log, mới nhất ở trên',
    noFields: 'Không có trường nào khác.',
    trace: 'Xem trace',
    traceId: 'Trace',
  },
);
