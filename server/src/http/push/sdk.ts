/**
 * The scripts that a customer's site uses for web push: one for the page, one for its service worker. Plain JavaScript
 * for any browser that has web push; docs/push.md says how they are used and what a notification carries.
 */

/** For the page: subscribes the browser, and registers it with a registration token. */
export const PAGE_SCRIPT = String.raw`(function (root) {
  'use strict'
  var WORKER = '/carillon-push-worker.js'

  function bytesOf(key) {
    var text = atob(key.replace(/-/g, '+').replace(/_/g, '/'))
    return Uint8Array.from(text, function (one) { return one.charCodeAt(0) })
  }
  function isSupported() {
    return 'serviceWorker' in navigator && 'PushManager' in root && 'Notification' in root
  }
  async function call(options, method, path, body) {
    var response = await fetch(options.url.replace(/\/$/, '') + path, {
      method: method,
      headers: Object.assign(
        { authorization: 'Bearer ' + options.token },
        body ? { 'content-type': 'application/json' } : {},
      ),
      body: body && JSON.stringify(body),
    })
    if (!response.ok) throw new Error('Carillon answered ' + response.status)
    return response.status === 204 ? null : response.json()
  }
  function sameKey(subscription, key) {
    var own = subscription.options && subscription.options.applicationServerKey
    if (!own) return true
    var bytes = new Uint8Array(own)
    return bytes.length === key.length && bytes.every(function (one, n) { return one === key[n] })
  }
  async function subscriptionOf(worker, key) {
    var found = await worker.pushManager.getSubscription()
    if (found && sameKey(found, key)) return found
    if (found) await found.unsubscribe()
    return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  }
  // { url, app, token, worker? }: asks the person, and answers 'subscribed', 'denied', 'default' or 'unsupported'.
  async function subscribe(options) {
    if (!isSupported()) return 'unsupported'
    var permission = await Notification.requestPermission()
    if (permission !== 'granted') return permission
    await navigator.serviceWorker.register(options.worker || WORKER)
    var worker = await navigator.serviceWorker.ready
    var answer = await call(options, 'GET', '/push/key?appID=' + encodeURIComponent(options.app))
    var subscription = await subscriptionOf(worker, bytesOf(answer.publicKey))
    await call(options, 'POST', '/push/devices', {
      appID: options.app,
      subscription: subscription.toJSON(),
      vapidKey: answer.publicKey,
    })
    return 'subscribed'
  }
  async function unsubscribe(options) {
    var worker = isSupported() && (await navigator.serviceWorker.getRegistration(options.worker || WORKER))
    var found = worker && (await worker.pushManager.getSubscription())
    if (!found) return
    // The browser leaves whatever the server says: the push service ends the subscription.
    try {
      await call(options, 'POST', '/push/devices/remove', { appID: options.app, subscription: found.toJSON() })
    } finally {
      await found.unsubscribe()
    }
  }
  root.CarillonPush = { isSupported: isSupported, subscribe: subscribe, unsubscribe: unsubscribe }
})(self)
`

/** For the service worker: shows notifications and does what a touch asks for. */
export const WORKER_SCRIPT = `(function (root) {
  'use strict'
  function read(event) {
    try {
      return event.data ? event.data.json() : null
    } catch (_error) {
      return null
    }
  }
  function show(given) {
    var own = given.carillon || {}
    var buttons = own.buttons || []
    return root.registration.showNotification(given.title || '', {
      body: given.body || '',
      tag: given.tag,
      renotify: Boolean(given.tag),
      icon: own.icon,
      image: own.media,
      actions: buttons.slice(0, 2).map(function (one) { return { action: one.id, title: one.label } }),
      data: { carillon: own, data: given.data || {} },
    })
  }
  // Nothing but a page may be opened: whatever else an address says is not followed.
  function pageOf(click) {
    if (!click || click.type === 'open_app') return root.registration.scope
    try {
      var url = new URL(click.uri, root.registration.scope)
      return /^https?:$/.test(url.protocol) ? url.href : root.registration.scope
    } catch (_error) {
      return root.registration.scope
    }
  }
  async function open(url) {
    var pages = await root.clients.matchAll({ type: 'window', includeUncontrolled: true })
    for (var page of pages) if (page.url === url && 'focus' in page) return page.focus()
    return root.clients.openWindow(url)
  }
  // Tells where the notification came from that it, or its button of this number, was touched. Nobody waits for it.
  function report(own, button) {
    if (!own.report) return Promise.resolve()
    var address = own.report + (button < 0 ? '' : '?button=' + button)
    return fetch(address, { method: 'POST', keepalive: true, credentials: 'omit' }).catch(function () {})
  }
  root.addEventListener('push', function (event) {
    var given = read(event)
    if (given && given.carillon) event.waitUntil(show(given))
  })
  root.addEventListener('notificationclick', function (event) {
    var kept = event.notification.data
    if (!kept || !kept.carillon) return
    event.notification.close()
    var buttons = kept.carillon.buttons || []
    var at = buttons.findIndex(function (one) { return one.id === event.action })
    var click = buttons[at] || kept.carillon.click
    event.waitUntil(report(kept.carillon, at))
    if (click && click.type === 'dismiss') return
    event.waitUntil(open(pageOf(click)))
  })
})(self)
`
