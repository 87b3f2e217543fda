// azure-iot-provisioning-device: devices over HTTPS, over MQTT and over WebSocket.
'use strict';
const crypto = require('crypto');
const { ProvisioningDeviceClient } = require('azure-iot-provisioning-device');
const { Http } = require('azure-iot-provisioning-device-http');
const { Mqtt, MqttWs } = require('azure-iot-provisioning-device-mqtt');
const { SymmetricKeySecurityClient } = require('azure-iot-security-symmetric-key');
const { X509Security } = require('azure-iot-security-x509');
const { facts, keys, attempt, refused, text } = require('./results.js');

const transports = { http: Http, mqtt: Mqtt, ws: MqttWs };
const Transport = transports[process.argv[3]];
// MQTT and WebSocket have their ports built in.
const host = facts.deviceHost.split(':')[0];

function register(security, payload) {
  const client = ProvisioningDeviceClient.create(host, facts.idScope, new Transport(), security);
  if (payload !== undefined) client.setProvisioningPayload(payload);
  const answer = new Promise((resolve, reject) => {
    client.register((error, result) => (error ? reject(error) : resolve(result)));
  });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error('no answer within 20 seconds')), 20000).unref();
  });
  return Promise.race([answer, late]);
}

async function registers(id, security, payload) {
  const result = await register(security, payload);
  if (result.deviceId !== id) throw new Error(`${JSON.stringify(result)} instead of ${id}`);
}

const byKey = (id, key) => new SymmetricKeySecurityClient(id, key);
const byCertificate = (id) => new X509Security(id, { cert: text(`${id}.pem`), key: text(`${id}.key`) });
const derived = (id) =>
  crypto.createHmac('sha256', Buffer.from(keys.primaryKey, 'base64')).update(id).digest('base64');

async function main() {
  await attempt('symmetric key', () => registers('device-key', byKey('device-key', keys.primaryKey)));
  await attempt('secondary key', () => registers('device-key', byKey('device-key', keys.secondaryKey)));
  await attempt('key derived of a group\'s', () => registers('fleet-2', byKey('fleet-2', derived('fleet-2'))));
  await attempt('X.509', () => registers('device-x509', byCertificate('device-x509')));
  await attempt('X.509 of a group', () => registers('line-1', byCertificate('line-1')));
  await attempt('payload that is an object', () =>
    registers('device-key', byKey('device-key', keys.primaryKey), { model: [1, null] }));
  await attempt('payload that is text', () =>
    registers('device-key', byKey('device-key', keys.primaryKey), 'model 3'));
  await refused('refusal of a wrong key', 'UnauthorizedError', () => register(byKey('device-key', derived('other'))));
}

main().then(() => process.exit(0));
