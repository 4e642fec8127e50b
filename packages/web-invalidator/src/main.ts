import { createApi } from "./api.ts";
import { followLink } from "./follow-link.ts";
import { createKeyStorage } from "./key-storage.ts";
import { chooseLanguage, loadTexts } from "./languages.ts";
import { keepOffline } from "./offline.ts";
import { createPageClock } from "./page-clock.ts";
import { createPictures } from "./pictures.ts";
import { createPreviewReader } from "./preview-reader.ts";
import { createSession } from "./session/session.ts";
import { createStore, initialState } from "./state.ts";
import { mountConfirmView } from "./views/confirm-view.ts";
import { mountHistoryView } from "./views/history-view.ts";
import { mountJobView } from "./views/job-view.ts";
import { mountKeyView } from "./views/key-view.ts";
import { mountOrderView } from "./views/order-view.ts";
import { mountPreviewView } from "./views/preview-view.ts";
import { mountResultView } from "./views/result-view.ts";
import { mountStaticView } from "./views/static-view.ts";
import { mountTranslateView } from "./views/translate-view.ts";
import { mountTroubleView } from "./views/trouble-view.ts";

const texts = await loadTexts(chooseLanguage(location.search, navigator.languages));
const store = createStore(initialState(texts));
const keys = createKeyStorage(() => sessionStorage);
const api = createApi((url, init) => fetch(url, init));
const clock = createPageClock(document);
const previewOf = createPreviewReader();
const pictures = createPictures({
  api,
  store,
  clock,
  previewOf,
  makeUrl: (blob) => URL.createObjectURL(blob),
  freeUrl: (url) => URL.revokeObjectURL(url),
});
const session = createSession({
  api,
  store,
  clock,
  keys,
  onSend: pictures.before,
  onSent: pictures.sent,
  onEnd: pictures.after,
});

mountStaticView(store);
mountTroubleView(store);
mountKeyView(store, session);
mountPreviewView(store, previewOf);
mountOrderView(store, session, previewOf);
mountConfirmView(store, session);
mountResultView(store);
mountTranslateView(store);
mountHistoryView(store, session);
mountJobView(store, session);
followLink(store, session);

const key = keys.read();
if (key !== null) void session.signIn(key);
keepOffline();
